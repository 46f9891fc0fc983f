// check.mjs CHECK PAGE: looks at a report in a real browser. Says what is wrong, and ends with 1.
import { Browser } from "./browser.mjs";

const [check, page] = process.argv.slice(2);
const address = `file://${page}`;
const browser = await Browser.open();
const wrong = [];
const expect = (isSo, text) => { if (!isSo) wrong.push(text); };
const screens = [{ width: 1280, height: 800 }, { width: 390, height: 844 }, { width: 844, height: 390 }];
// Whatever check it is: no exception, nothing that the security policy had to refuse, no request but for the page.
browser.on("Runtime.exceptionThrown", ({ exceptionDetails: details }) => {
  wrong.push(details.exception?.description ?? details.text);
});
browser.on("Log.entryAdded", ({ entry }) => wrong.push(`log: ${entry.text}`));
browser.on("Network.requestWillBeSent", ({ request }) => {
  if (!request.url.startsWith("about:") && request.url.split("#")[0] !== address) wrong.push(`request: ${request.url}`);
});

const focused = () =>
  browser.value("(({ id, className, tagName }) => id || className || tagName)(document.activeElement)");
const shown = () => browser.value("items.filter((item) => !item.hidden).length");

const checks = {
  // Bytes of programs on a node are on the page as text, at every width, whichever alert is chosen.
  async hostile() {
    for (const screen of screens) {
      await browser.screen(screen);
      await browser.visit(address);
      const count = await browser.value("items.length");
      expect(count > 0, "no alerts");
      for (let number = 0; number < count; number += 1) {
        await browser.value(`go(${number})`);
        const state = await browser.value(`(() => {
          const plain = new Set(("A B BODY BUTTON COL COLGROUP DD DIV DL DT H1 H2 H3 HEAD HEADER HTML INPUT LI LINE "
            + "MAIN META NOSCRIPT OL OUTPUT P PRE RECT SCRIPT SECTION SMALL SPAN STYLE SVG TABLE TBODY TD TEXT TH "
            + "THEAD TIME TITLE TR UL").split(" "));
          const all = Array.from(document.querySelectorAll("*"));
          return {
            title: document.title,
            alien: all.filter((each) => !plain.has(each.tagName.toUpperCase())).map((each) => each.tagName),
            code: all.flatMap((each) => Array.from(each.attributes)).filter((each) =>
              each.name.startsWith("on") || ["src", "style", "srcdoc"].includes(each.name)
              || (each.name === "href" && !each.value.startsWith("#"))).map((each) => each.name),
            scripts: document.scripts.length,
            wide: document.documentElement.scrollWidth - innerWidth,
            detail: detail.scrollWidth - detail.clientWidth,
            chosen: detail.hidden ? "" : detail.querySelector("h2").textContent,
            controls: /[^\\P{C}\\n]/u.test(document.body.textContent),
          };
        })()`);
        const where = `alert ${number} at ${screen.width}: `;
        expect(!state.title.includes("owned"), `${where}a script ran`);
        expect(state.alien.length === 0, `${where}elements ${state.alien}`);
        expect(state.code.length === 0, `${where}attributes ${state.code}`);
        expect(state.scripts === 2, `${where}${state.scripts} scripts`);
        expect(state.wide <= 0, `${where}the page is ${state.wide} pixels too wide`);
        expect(state.detail <= 0, `${where}the details are ${state.detail} pixels too wide`);
        expect(state.chosen !== "", `${where}no details`);
        expect(!state.controls, `${where}control characters`);
      }
    }
  },

  async keyboard() {
    await browser.screen(screens[0]);
    await browser.visit(address);
    const count = await browser.value("items.length");
    // The skip link is first, is seen, and leads to the alerts.
    await browser.press("Tab");
    expect(await focused() === "skip", `Tab leads to ${await focused()}`);
    const isSeen = await browser.value("document.activeElement.getBoundingClientRect().left >= 0");
    expect(isSeen, "the skip link is not seen");
    await browser.press("Enter");
    expect(await focused() === "alerts", `the skip link leads to ${await focused()}`);
    // A text is searched for, that four alerts have; the first is near.
    await browser.press("/");
    expect(await focused() === "text", `/ leads to ${await focused()}`);
    await browser.call("Input.insertText", { text: "NEEDLE" });
    await browser.until("items.filter((item) => !item.hidden).length === 4");
    expect(await browser.value(`place("shown").textContent`) === `4 of ${count} alerts`, "what is shown is not said");
    await browser.press("Escape");
    await browser.until(`items.filter((item) => !item.hidden).length === ${count}`);
    await browser.press("ArrowDown");
    expect(await browser.value("document.activeElement === links[chosen]"), `the arrow leads to ${await focused()}`);
    // The arrows choose; Enter goes into the details, and Escape back.
    await browser.press("Home");
    await browser.press("ArrowDown");
    expect(await browser.value("chosen") === 1, "the arrow does not choose");
    const ring = await browser.value("getComputedStyle(document.activeElement).outlineStyle");
    expect(ring !== "none", "the focus is not seen");
    const names = "decodeURIComponent(location.hash.slice(1)) === links[1].id";
    expect(await browser.value(names), "the address does not name the alert");
    await browser.press("End");
    expect(await browser.value("chosen") === count - 1, "End does not choose the last");
    await browser.press("Enter");
    const isInside = await browser.value("document.activeElement === detail.querySelector('h2')");
    expect(isInside, "Enter does not lead to the details");
    await browser.press("Escape");
    expect(await browser.value("document.activeElement === links[chosen]"), "Escape does not lead back");
    // Every control is reached with Tab.
    const reached = new Set();
    await browser.value("document.activeElement.blur()");
    for (let left = 60; left > 0; left -= 1) {
      await browser.press("Tab");
      reached.add(await browser.value(`document.activeElement.closest("[data-severity]") ? "severity"
        : document.activeElement.closest(".rules tbody") ? "rule"
        : document.activeElement.className || document.activeElement.id`));
    }
    for (const control of ["severity", "chart", "rule", "text", "fold", "alert", "detail"]) {
      expect(reached.has(control), `${control} is not reached`);
    }
    // The timeline.
    await browser.value("chart.focus()");
    await browser.press("ArrowRight");
    expect((await browser.value("say.textContent")).includes(" alert"), "the timeline does not say what is there");
    await browser.press("Enter");
    const part = await shown();
    expect(part > 0 && part < count, `the timeline shows ${part} of ${count}`);
    await browser.press("Escape");
    expect(await shown() === count, "Escape does not show all");
    // Severities and rules, by the space bar.
    for (const control of ["[data-severity]", ".rules tbody button"]) {
      await browser.value(`document.querySelector(${JSON.stringify(control)}).focus()`);
      await browser.press(" ");
      const isPressed = await browser.value("document.activeElement.getAttribute('aria-pressed')");
      expect(isPressed === "true", `${control} is not pressed`);
      const some = await shown();
      expect(some > 0 && some < count, `${control} shows ${some} of ${count}`);
      await browser.press(" ");
    }
    expect(await shown() === count, "not all are shown again");
    // An address leads to its alert.
    await browser.visit(`${address}#${encodeURIComponent(await browser.value("links[2].id"))}`);
    expect(await browser.value("chosen") === 2, "the address does not lead to its alert");
  },

  // WCAG AA, of every text that is there, in both colour schemes.
  async contrast() {
    for (const dark of [false, true]) {
      for (const screen of screens.slice(0, 2)) {
        await browser.screen({ ...screen, dark });
        await browser.visit(address);
        await browser.value("toggle(filter.severities, severities[0]); go(0)");
        const poor = await browser.value(`(() => {
          const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
          const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
          const back = (element) => {
            for (let each = element; each; each = each.parentElement) {
              const colour = parsed(getComputedStyle(each).backgroundColor);
              if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
            }
            return parsed(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
          };
          const poor = [];
          let looked = 0;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || !element.getClientRects().length) continue;
            if (element.closest("script, noscript, title")) continue;
            const style = getComputedStyle(element);
            const ink = parsed(element.closest("svg") ? style.fill : style.color);
            const [one, other] = [light(ink), light(back(element))].sort((a, b) => b - a);
            looked += 1;
            const ratio = (one + 0.05) / (other + 0.05);
            if (ratio < 4.5) poor.push(ratio.toFixed(2) + " " + walker.currentNode.textContent.slice(0, 40));
          }
          return { looked, poor };
        })()`);
        expect(poor.looked > 50, `only ${poor.looked} texts`);
        const where = `${dark ? "dark" : "light"} at ${screen.width}`;
        expect(poor.poor.length === 0, `${where}: ${poor.poor.slice(0, 5).join("; ")}`);
      }
    }
  },

  // A flood is folded, counted, and quick enough to use.
  async many() {
    await browser.screen(screens[1]);
    await browser.visit(address);
    const count = await browser.value("items.length");
    expect(count === 10_000, `${count} alerts`);
    expect(await browser.value("filter.folds") && await shown() < 100, `${await shown()} lines of a flood`);
    const times = await browser.value("getComputedStyle(document.querySelector('[data-times]'), '::after').content");
    expect(times.includes("× 10,000"), `repeats are told as ${times}`);
    await browser.value("fold(false)");
    expect(await shown() === count, "not all are shown");
    await browser.value("go(9_999)");
    expect(await browser.value("chosen") === 9_999, "the last is not shown");
    expect(await browser.value("document.documentElement.scrollWidth <= innerWidth"), "the page is too wide");
    const bars = await browser.value("document.querySelectorAll('.chart .bar').length");
    expect(bars > 20 && bars < 1000, `${bars} bars`);
  },

  async plain() {
    await browser.call("Emulation.setScriptExecutionDisabled", { value: true });
    for (const screen of screens) {
      await browser.screen(screen);
      await browser.visit(address);
      const { root } = await browser.call("DOM.getDocument", { depth: -1 });
      const seen = async (selector) => {
        const { nodeIds } = await browser.call("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
        let count = 0;
        for (const nodeId of nodeIds) {
          const box = await browser.call("DOM.getBoxModel", { nodeId }).catch(() => undefined);
          if (box && box.model.height > 0) {
            count += 1;
            expect(box.model.border[2] <= screen.width, `${selector} is too wide at ${screen.width}`);
          }
        }
        return count;
      };
      expect(await seen("#list > li") > 2, "no list");
      expect(await seen(".rules tbody tr") > 1, "no rules");
      expect(await seen("noscript") === 1, "what is missing is not said");
      expect(await seen("#filters") === 0 && await seen("#detail") === 0, "controls that do nothing");
    }
    await browser.call("Emulation.setScriptExecutionDisabled", { value: false });
  },

  async print() {
    await browser.screen({ ...screens[0], media: "print" });
    await browser.visit(address);
    expect(await browser.value("items.every((item) => item.getClientRects().length > 0)"), "alerts are missing");
    expect(await browser.value("getComputedStyle(place('filters')).display === 'none'"), "controls are printed");
    const { data } = await browser.call("Page.printToPDF", { printBackground: false });
    expect(Buffer.from(data, "base64").subarray(0, 4).toString() === "%PDF", "no PDF");
  },
};

try {
  await checks[check]();
} catch (error) {
  wrong.push(error.stack);
} finally {
  await browser.close();
}
for (const each of wrong.slice(0, 20)) console.log(each);
process.exitCode = wrong.length ? 1 : 0;
