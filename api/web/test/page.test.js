// Drives a browser over the page of a running server (CONCORD_URL) with the synthetic study of the Go tests.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";

const base = process.env.CONCORD_URL;
const shots = process.env.CONCORD_SCREENSHOTS; // a folder, to look at the page
const evil = `<img src=x onerror="document.title='evil'">`;

let browser, page, complaints;

before(async () => {
  assert.ok(base, "CONCORD_URL is not set");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(10_000);
  complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on(
    "request",
    (request) => request.url().startsWith(base) || complaints.push(`foreign request: ${request.url()}`),
  );
});

afterEach(async () => {
  await page.close();
  assert.deepEqual(complaints, []);
});

async function open(hash = "") {
  await page.goto(`${base}/${hash}`);
  await settled();
}

async function settled() {
  await page.waitForFunction(() => document.getElementById("main").dataset.shown === location.hash);
  await page.waitForSelector("main[aria-busy=false] h1, main[aria-busy=false] .alert");
}

/** Does something that makes the page ask the server, and waits for the answer to be shown. */
async function then(action, condition) {
  await action();
  await page.waitForFunction(condition);
  await settled();
}

const names = () => page.locator("#results tbody th").allInnerTexts();
const column = (n) => page.locator(`#results tbody tr > :nth-child(${n})`).allInnerTexts();
const digits = (text) => Number(text.replace(/[^\d−]/g, "").replace("−", "-"));

async function shoot(name, of = page) {
  if (!shots) return;
  await of.waitForTimeout(500); // until nothing fades any more
  await of.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

test("the list shows areas, counts and the study", async () => {
  await open();
  assert.equal(await page.locator("h1").innerText(), "Đối soát thí điểm 2024");
  assert.equal(await page.locator("html").getAttribute("lang"), "vi");
  assert.equal((await names()).length, 50);
  const counted = await page.locator(".count .figure").allInnerTexts();
  assert.equal(
    counted.map(digits).reduce((a, b) => a + b),
    119,
  );
  assert.match(await page.locator(".pager").innerText(), /120 đơn vị/);
  await shoot("list");
});

test("columns sort both ways and say so", async () => {
  await open();
  await then(
    () => page.locator("#sort-census").click(),
    () => location.hash.includes("sort=census"),
  );
  const rising = (await column(4)).map(digits);
  assert.deepEqual(
    rising,
    rising.toSorted((a, b) => a - b),
  );
  assert.equal(await page.locator("th:has(#sort-census)").getAttribute("aria-sort"), "ascending");
  assert.equal(
    await page.evaluate(() => document.activeElement.id),
    "sort-census",
    "the focus stays on the button",
  );
  await then(
    () => page.keyboard.press("Enter"),
    () => location.hash.includes("sort=-census"),
  );
  const falling = (await column(4)).map(digits);
  assert.deepEqual(
    falling,
    falling.toSorted((a, b) => b - a),
  );
  assert.equal(await page.locator("th:has(#sort-census)").getAttribute("aria-sort"), "descending");
});

test("filters by level, definition and verdict", async () => {
  await open();
  await then(
    () => page.getByLabel("Cấp").selectOption("province"),
    () => document.querySelectorAll("#results tbody tr").length === 2,
  );
  assert.deepEqual(await names(), ["Thành phố Hà Nội", "Thành phố Đà Nẵng"]);
  await then(
    () => page.getByLabel("Cấp").selectOption("commune"),
    () => document.querySelectorAll("#results tbody tr").length === 50,
  );
  await then(
    () => page.locator("#count-differs").click(),
    () => location.hash.includes("verdict=differs"),
  );
  assert.deepEqual(
    new Set((await column(9)).map((text) => text.replace(/\s+/g, " ").trim())),
    new Set(["≠ Khác biệt"]),
  );
  assert.equal(await page.locator("#count-differs").getAttribute("aria-pressed"), "true");
  const differing = digits(await page.locator("#count-differs .figure").innerText());
  await then(
    () => page.getByLabel("Định nghĩa dân số").selectOption("current"),
    () => location.hash.includes("definition=current"),
  );
  assert.ok(digits(await page.locator("#count-differs .figure").innerText()) < differing);
});

test("search finds names without accents, and keeps the text box", async () => {
  await open("#level=all");
  await page.locator("#search").click();
  await then(
    () => page.keyboard.type("da nang", { delay: 20 }),
    () => document.querySelectorAll("#results tbody tr").length === 1,
  );
  assert.deepEqual(await names(), ["Thành phố Đà Nẵng"]);
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  assert.equal(await page.locator("#search").inputValue(), "da nang");
  await then(
    () => page.locator("#search").fill("nowhere"),
    () => document.querySelector("#results .empty"),
  );
  await then(
    () => page.locator("#results .empty a").click(),
    () => document.querySelectorAll("#results tbody tr").length > 1,
  );
  assert.equal(await page.locator("#search").inputValue(), "");
});

test("pages go on and back", async () => {
  await open();
  await then(
    () => page.getByLabel("Trang sau").click(),
    () => location.hash.includes("page=2"),
  );
  assert.equal((await column(1))[0], "00051");
  await then(
    () => page.getByLabel("Trang sau").click(),
    () => location.hash.includes("page=3"),
  );
  assert.equal((await names()).length, 20);
  await then(
    () => page.goBack(),
    () => location.hash.includes("page=2"),
  );
  assert.equal((await column(1))[0], "00051");
});

test("an area shows its pyramid and figures; back returns to the list", async () => {
  await open("#level=district&sort=-name");
  await then(
    () => page.getByRole("link", { name: "Quận Liên Chiểu" }).click(),
    () => document.querySelector("#pyramid"),
  );
  assert.equal(await page.locator("h1").innerText(), "Quận Liên Chiểu");
  assert.equal(
    await page.evaluate(() => document.activeElement.tagName),
    "H1",
    "the focus goes to the new heading",
  );
  await page.waitForFunction(() => document.querySelector("#pyramid").naturalWidth > 0);
  assert.match(await page.locator("#pyramid").getAttribute("src"), /pyramid\.svg\?definition=permanent&lang=vi$/);
  assert.equal(await page.locator("tbody tr:not(.group)").count(), 1 + 2 + 18);
  await shoot("area");
  await then(
    () => page.getByRole("link", { name: "Nơi ở hiện tại" }).click(),
    () => document.querySelector("#pyramid").src.includes("definition=current"),
  );
  await then(
    () => page.goBack(),
    () => document.querySelector("#pyramid").src.includes("definition=permanent"),
  );
  await then(
    () => page.goBack(),
    () => document.querySelector("#results"),
  );
  assert.equal((await names())[0], "Quận Thanh Khê", "the list is as it was left");
});

test("an area leads to those above and below, and to its files", async () => {
  await open("#area=490");
  for (const name of ["CSV", "PNG", "PDF"]) {
    const link = page.getByRole("link", { name, exact: true });
    const answer = await page.request.get(base + (await link.getAttribute("href")));
    assert.equal(answer.status(), 200, name);
  }
  await then(
    () => page.locator("#parent").click(),
    () => document.querySelector("h1").textContent === "Thành phố Đà Nẵng",
  );
  await then(
    () => page.locator("#children").click(),
    () => document.querySelector("#results"),
  );
  assert.deepEqual(await names(), ["Quận Liên Chiểu", "Quận Thanh Khê"]);
});

test("the language switches and stays", async () => {
  await open();
  await then(
    () => page.getByRole("link", { name: "English" }).click(),
    () => document.documentElement.lang === "en",
  );
  assert.equal(
    await page
      .locator("#sort-difference")
      .innerText()
      .then((text) => text.replace(/\W/g, "")),
    "Difference",
  );
  assert.match((await column(3))[0], /^\d,\d{3}$/, "numbers follow the language");
  await then(
    () => page.locator("#results tbody a").first().click(),
    () => document.querySelector("#pyramid"),
  );
  assert.match(await page.locator("#pyramid").getAttribute("src"), /lang=en$/);
  await then(
    () => page.getByRole("link", { name: "Tiếng Việt" }).click(),
    () => document.documentElement.lang === "vi",
  );
});

test("a name that looks like markup is shown as text", async () => {
  await open("#q=00002");
  assert.deepEqual(await names(), [evil]);
  await then(
    () => page.locator("#results tbody a").click(),
    () => document.querySelector("#pyramid"),
  );
  assert.equal(await page.locator("h1").innerText(), evil);
  assert.equal(await page.locator("main img").count(), 1, "only the pyramid is a picture");
  assert.equal(await page.title(), `${evil} – Concord`);
});

test("what does not exist is a dash, and notes are told", async () => {
  await open("#area=00005");
  const cells = await page.locator("tbody tr:not(.group)").first().locator("td").allInnerTexts();
  assert.match(cells[3], /^–/);
  assert.match(await page.locator(".notes").innerText(), /no census persons/);
  await open("#q=00009");
  await then(
    () => page.locator("#results tbody a").click(),
    () => document.querySelector(".figure .empty"),
  );
});

test("an error is told and leads back", async () => {
  await open("#area=none");
  assert.match(await page.locator("[role=alert]").innerText(), /no such area/);
  complaints = complaints.filter((text) => !text.includes("404")); // the browser's own note of it
  await then(
    () => page.locator("[role=alert] a").click(),
    () => document.querySelector("#results"),
  );
});

test("an area says why it differs, in parts that add up", async () => {
  await open("#area=490&lang=en");
  await then(
    () => page.getByRole("link", { name: "Why they differ" }).click(),
    () => document.querySelector("#parts"),
  );
  assert.match(page.url(), /view=why/);
  await page.waitForFunction(() => document.querySelector("#waterfall").naturalWidth > 0);
  assert.match(await page.locator("#waterfall").getAttribute("alt"), /Quận Liên Chiểu/);
  const persons = (await page.locator("#parts tbody tr > :nth-child(2)").allInnerTexts()).map(digits);
  assert.deepEqual(persons.slice(0, 2), [1200, -200]);
  assert.match(await page.locator("#parts .legend").innerText(), /reference time \(not carried to the reference time\)/);
  assert.equal(await page.locator("#cause").innerText(), "none found");
  assert.match(await page.locator("#fits tbody tr").first().innerText(), /current residents ✓ fits best/);
  assert.match(await page.locator("#fits tbody tr").last().innerText(), /< 0.001/);
  for (const name of ["PNG", "PDF", "SVG"]) {
    const answer = await page.request.get(base + (await page.getByRole("link", { name, exact: true }).getAttribute("href")));
    assert.equal(answer.status(), 200, name);
  }
  await shoot("why");
  await then(
    () => page.getByRole("link", { name: "Tiếng Việt" }).click(),
    () => document.documentElement.lang === "vi",
  );
  assert.match(await page.locator("#parts").innerText(), /thanh niên/);
  assert.match(await page.locator("#waterfall").getAttribute("src"), /lang=vi/);
});

test("what cannot be told of an area says why", async () => {
  await open("#area=00001&view=why&lang=en");
  assert.equal(await page.locator("#cause").innerText(), "not tested");
  assert.match(await page.locator("main").innerText(), /no sample here/);
  assert.equal(await page.locator("#waterfall").count(), 0);
  await open("#area=00003&view=why&lang=en");
  assert.match(await page.locator("#no-why").innerText(), /too few figures/);
});

test("where to look first: a worklist with pictures, by the keyboard", async () => {
  await open("#lang=en");
  await page.getByRole("link", { name: "Where to look first" }).focus();
  await then(
    () => page.keyboard.press("Enter"),
    () => document.querySelector("#visits"),
  );
  assert.equal(await page.getByRole("link", { name: "Where to look first" }).getAttribute("aria-current"), "true");
  await page.waitForFunction(() => ["#funnel", "#gain"].every((id) => document.querySelector(id).naturalWidth > 0));
  assert.equal(await page.locator("#visits tbody tr").count(), 50);
  assert.match(await page.locator("#visits tbody tr").first().innerText(), /register .* above the census/);
  assert.match(await page.locator(".facts").innerText(), /first 30 areas/);
  await shoot("first");
  await then(
    () => page.getByLabel("Next page").click(),
    () => location.hash.includes("page=2"),
  );
  assert.equal(await page.locator("#visits tbody tr").count(), 10);
  assert.equal(await page.locator("#visits tbody tr > :first-child").first().innerText(), "51");
  await then(
    () => page.locator("#visits tbody a").first().click(),
    () => document.querySelector("#cause, #no-why"),
  );
});

test("a study without a worklist says which key to add", async () => {
  const none = { level: "", levels: [], visits: [], total: 0, page: 1, per_page: 50, funnel: {}, gain: {} };
  await page.route("**/worklist?*", (route) => route.fulfill({ json: none }));
  await open("#view=first&lang=en");
  assert.match(await page.locator("#no-screening").innerText(), /study\.yaml[^]*screening: \{\}/);
  await open("#view=first&lang=vi");
  assert.match(await page.locator("#no-screening").innerText(), /Thêm mục này vào study\.yaml[^]*screening: \{\}/);
});

test("quality and agreement: ages on both sides, what is missing and why, all tables", async () => {
  await open("#view=quality&lang=en");
  assert.match(await page.locator("#age-quality tbody tr").innerText(), /Whipple[^]*100[^]*118[^]*errors in the census/);
  assert.match(await page.locator("#no-agreement").innerText(), /three areas/);
  assert.match(await page.locator("#no-distances").innerText(), /age5/);
  assert.equal(await page.locator("#tables tbody tr").count(), 6);
  const link = page.locator("#tables tbody a").first();
  assert.equal((await page.request.get(base + (await link.getAttribute("href")))).status(), 200);
  await shoot("quality");
  await then(
    () => page.getByRole("link", { name: "Areas", exact: true }).click(),
    () => document.querySelector("#results"),
  );
});

test("the keyboard reaches everything", async () => {
  await open();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll("a, button, select, input")]
      .filter((e) => !e.innerText?.trim() && !e.ariaLabel && !e.labels?.length)
      .map((e) => e.outerHTML),
  );
  assert.deepEqual(unnamed, []);
});

const arrival = { list: "#results tbody tr", area: "#pyramid", why: "#parts", first: "#visits", quality: "#age-quality" };

for (const [name, options] of [
  ["phone", { viewport: { width: 390, height: 800 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
]) {
  test(`nothing is too wide: ${name}`, async () => {
    const own = await browser.newPage(options);
    for (const [view, hash] of [
      ["list", "#lang=en"],
      ["area", "#lang=en&area=01"],
      ["why", "#lang=vi&area=01&view=why"],
      ["first", "#lang=vi&view=first"],
      ["quality", "#lang=vi&view=quality"],
    ]) {
      await own.goto(`${base}/${hash}`);
      await own.waitForSelector(arrival[view]);
      await shoot(`${name}-${view}`, own);
      const overflow = await own.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${view} is ${overflow} pixels too wide`);
      const shown = await own.evaluate(() =>
        ["thead tr", "tbody tr:not(.group)"].map((row) =>
          [...document.querySelector(row).children].filter((cell) => cell.offsetParent !== null).length,
        ),
      );
      assert.equal(shown[0], shown[1], `${view}: each column has its heading`);
    }
    await own.close();
  });
}
