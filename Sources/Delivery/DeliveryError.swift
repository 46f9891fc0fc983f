/// Why alerts can't be delivered.
package enum DeliveryError: Error {}
