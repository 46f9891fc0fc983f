/* Without the system headers that only its gz functions need: included here first, their types would be this
   module's, and Swift would want it imported wherever a thread is made. */
#define Z_SOLO
#include <zlib.h>
