// Drives Chromium over the pipe of its DevTools protocol: no port, no library.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Browser {
  #next = 0;
  #waiting = new Map();
  #listeners = [];

  static async open() {
    const browser = new Browser();
    browser.folder = mkdtempSync(join(tmpdir(), "selvage-browser-"));
    browser.process = spawn("chromium", [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
      `--user-data-dir=${browser.folder}`, "--remote-debugging-pipe", "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
    // It goes when we do, however that is.
    process.on("exit", () => { try { process.kill(-browser.process.pid, "SIGKILL"); } catch { /* it is gone */ } });
    let text = "";
    browser.process.stdio[4].setEncoding("utf8").on("data", (part) => {
      text += part;
      const messages = text.split("\0");
      text = messages.pop();
      for (const message of messages) browser.#take(JSON.parse(message));
    });
    browser.process.on("exit", () => {
      for (const { reject } of browser.#waiting.values()) reject(new Error("the browser ended"));
    });
    const { targetInfos } = await browser.call("Target.getTargets");
    const { targetId } = targetInfos.find((target) => target.type === "page");
    browser.session = (await browser.call("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.call(`${domain}.enable`);
    return browser;
  }

  #take(message) {
    if (message.id === undefined) return this.#listeners.forEach((listen) => listen(message));
    const { resolve, reject } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message)); else resolve(message.result);
  }

  call(method, params = {}) {
    const id = ++this.#next;
    const message = { id, method, params, ...(this.session ? { sessionId: this.session } : {}) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    });
  }

  on(method, handle) { this.#listeners.push((message) => { if (message.method === method) handle(message.params); }); }

  once(method) { return new Promise((resolve) => this.on(method, resolve)); }

  async screen({ width, height, dark = false, media = "" }) {
    await this.call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.call("Emulation.setEmulatedMedia", { media, features });
  }

  async visit(address) {
    const loaded = this.once("Page.loadEventFired");
    await this.call("Page.navigate", { url: "about:blank" });
    await loaded;
    const shown = this.once("Page.loadEventFired");
    await this.call("Page.navigate", { url: address });
    await shown;
  }

  // What an expression comes to in the page; a promise is waited for.
  async value(expression) {
    const wanted = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails: failure } = await this.call("Runtime.evaluate", wanted);
    if (failure) throw new Error(failure.exception?.description ?? failure.text);
    return result.value;
  }

  // Waits until an expression is true.
  async until(expression) {
    for (let left = 200; left > 0; left -= 1) {
      if (await this.value(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never true: ${expression}`);
  }

  async press(key, modifiers = 0) {
    const codes = {
      Enter: 13, Tab: 9, Escape: 27, ArrowUp: 38, ArrowDown: 40, ArrowLeft: 37, ArrowRight: 39, Home: 36, End: 35,
    };
    const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
    const event = { key, code: key, modifiers, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
    await this.call("Input.dispatchKeyEvent", { type: "keyDown", text, ...event });
    await this.call("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async shoot(file, whole = false) {
    const { data } = await this.call("Page.captureScreenshot", { format: "png", captureBeyondViewport: whole });
    writeFileSync(file, Buffer.from(data, "base64"));
  }

  async close() {
    const gone = new Promise((resolve) => this.process.on("exit", resolve));
    this.session = undefined;
    await this.call("Browser.close").catch(() => {});
    await gone;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
