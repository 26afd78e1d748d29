// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * use-html.mjs - reports of --format=html in headless Chromium, used as a reader would.
 *
 *	node use-html.mjs DIRECTORY CHROMIUM SCREENSHOTS profile.html diff.html odd.html large.html \
 *		frag.html odd-frag.html
 *
 * DIRECTORY holds node_modules. Prints a line of JSON for each thing that was tried:
 * [whether it was as it should be, what].
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [directory, program, screenshots, ...files] = process.argv.slice(2);
const { chromium } = createRequire(path.join(directory, "x.js"))("playwright-core");
const verdict = (good, text) => console.log(JSON.stringify([Boolean(good), text]));

async function open(browser, file, options) {
	const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
	const faults = [];

	page.on("console", (message) => faults.push(message.text()));
	page.on("pageerror", (error) => faults.push(String(error)));
	page.on("dialog", (dialog) => {
		faults.push("a dialog");
		dialog.dismiss();
	});
	page.on("request", (request) => {
		if (request.url() !== pathToFileURL(file).href && !request.url().startsWith("data:"))
			faults.push(request.url());
	});
	const start = Date.now();

	await page.goto(pathToFileURL(file).href);
	await page.waitForSelector("#rows tr td");
	await page.waitForSelector("#graph g.frame");
	return { page, faults, took: Date.now() - start };
}

const shot = (page, name) => page.screenshot({ path: path.join(screenshots, name) });
const text = (page, selector) => page.textContent(selector);
const settled = (page) => page.waitForTimeout(600);
const column = (page, i) => page.$$eval("#rows tr:not([aria-hidden])", (rows, at) =>
	rows.map((row) => row.cells[at].textContent), i);

async function profile(browser, file) {
	const { page, faults } = await open(browser, file);
	const frames = () => page.$$eval("#graph g.frame", (list) => list.length);
	const all = await frames();

	await settled(page);
	await shot(page, "profile.png");
	await page.hover("#graph g.frame:nth-of-type(3)");
	verdict(/: .* \(\d+\.\d\d %\)/.test(await text(page, "#where")), "hover tells what a frame holds");
	await page.fill("#search", "ALLOC_PAGES");
	await page.waitForFunction(() => document.getElementById("found").textContent);
	verdict(/^[1-9]\d* frames, .*\(\d+\.\d\d %\)$/.test(await text(page, "#found")) &&
		await page.$("#graph rect[fill='#e65ce6']"), "highlight counts and marks frames");
	await page.fill("#search", "");
	await page.click("#graph g.frame:nth-of-type(3)");
	await settled(page);
	const fade = await page.$$eval("#graph g.fade", (list) => list.length);
	await page.keyboard.press("Escape");
	await settled(page);
	verdict(fade > 0 && await frames() === all && !await page.$("#graph g.fade"),
		"a click zooms, Escape zooms out");
	await page.focus("#graph");
	for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"])
		await page.keyboard.press(key);
	const below = await text(page, "#where");
	await page.keyboard.press("Enter");
	await settled(page);
	verdict(below && !below.startsWith("all:") && await page.$("#graph g.fade"),
		"arrow keys and Enter zoom");
	await page.keyboard.press("Escape");

	const top = () => page.$eval("#graph g.frame", (g) => g.getBoundingClientRect().top);
	const icicle = await top();
	await page.click("#flame");
	await settled(page);
	verdict(await top() > icicle, "the root goes to the bottom");
	await page.click("#flame");

	const before = await column(page, 0);
	await page.click("#head th:first-child button");
	const after = await column(page, 0);
	verdict(before[0] !== after[0] && await page.getAttribute("#head th", "aria-sort") === "ascending",
		"a column's head sorts");
	await page.click("#head th:first-child button");
	verdict((await column(page, 0))[0] === before[0], "and sorts back");
	await page.keyboard.press("Shift+Tab");
	await page.focus("#scroll");
	await page.keyboard.press("ArrowDown");
	verdict((await text(page, "#stack")).split("\n").length > 3, "arrow keys show a row's stack");

	await page.selectOption("#by", "module");
	const modules = await column(page, 3);
	verdict(modules.length > 1 && new Set(modules).size === modules.length, "rows by module");
	await page.selectOption("#by", { index: 0 });
	const count = await text(page, "#counted");
	await page.fill("#filter", "alloc_");
	await page.waitForFunction((old) => document.getElementById("counted").textContent !== old, count);
	verdict(parseInt((await text(page, "#counted")).replace(",", ""), 10) <
		parseInt(count.replace(",", ""), 10), "the filter leaves fewer rows");
	await page.fill("#filter", "no such text");
	await page.waitForFunction(() => document.getElementById("counted").textContent === "0 rows");
	await page.fill("#filter", "");
	await page.selectOption("#unit", "pages");
	verdict(/^[\d,]+$/.test((await column(page, 0))[0]), "in pages");
	await page.emulateMedia({ colorScheme: "dark" });
	await settled(page);
	await shot(page, "dark.png");
	verdict((await page.pdf()).length > 10000, "it prints");
	verdict(!faults.length, `profile: no request, nothing on the console ${faults}`);
}

async function diff(browser, file) {
	const { page, faults } = await open(browser, file);

	await page.selectOption("#measure", "change");
	await settled(page);
	await shot(page, "diff.png");
	const colors = await page.$$eval("#graph rect", (list) => list.map((r) => r.getAttribute("fill")));
	verdict(colors.some((c) => c.startsWith("hsl(4 ")) && colors.some((c) => c.startsWith("hsl(216 ")),
		"red for what grew, blue for what shrank");
	verdict((await text(page, "#conditions")).includes("leak-0.show_stacks") &&
		(await text(page, "#conditions")).includes("leak-5.show_stacks"), "a condition for each snapshot");
	verdict(await page.$("#rows td.grew") && await page.$("#rows polyline"), "changes and trends in the table");
	await page.hover("#graph g.frame:nth-of-type(2)");
	verdict((await text(page, "#where")).includes("change "), "hover tells the change");
	verdict(!faults.length, `diff: no request, nothing on the console ${faults}`);
}

async function odd(browser, file) {
	const { page, faults } = await open(browser, file);

	await settled(page);
	await shot(page, "odd.png");
	const shown = await text(page, "main");
	verdict(["</script>", "<script>hit=1</script>", "a\"b", "\\u{1b}[31m", "\\u{202e}evil"].every((name) =>
		shown.includes(name)), "odd names are shown");
	verdict(!await page.evaluate(() => window.hit) && await page.$$eval("script", (s) => s.length) === 2 &&
		!await page.$("main img"), "odd names are not run");
	await page.fill("#filter", "<script>");
	await page.waitForFunction(() => document.getElementById("counted").textContent !== "");
	await page.fill("#search", "[(*");
	await settled(page);
	await page.selectOption("#by", "name");
	await settled(page);
	verdict(!faults.length, `odd names: no request, nothing on the console ${faults}`);
}

async function large(browser, file) {
	const { page, faults, took } = await open(browser, file);

	verdict(parseInt((await text(page, "#counted")).replace(",", ""), 10) === 50000 &&
		await page.$$eval("#rows tr", (rows) => rows.length) < 200, "50,000 stacks: only rows in sight are there");
	/* Less than one on an idle machine; tests run on busy ones. */
	verdict(took < 3000, `50,000 stacks open in ${(took / 1000).toFixed(1)} s`);
	await page.$eval("#scroll", (box) => { box.scrollTop = 25000 * 24; });
	await settled(page);
	verdict((await page.$$("#rows tr")).length > 10, "50,000 stacks: scrolled to the middle");
	verdict(!faults.length, `50,000 stacks: no request, nothing on the console ${faults}`);
}

/* A pageblock pinned by one alone, where it is on the screen, by trying */
async function findCell(page, wanted) {
	const { x, y, width, height } = await (await page.$("#map")).boundingBox();

	for (let down = 4; down < height; down += 8)
		for (let right = 114; right < width; right += 8) {
			await page.mouse.move(x + right, y + down);
			if (wanted.test(await text(page, "#cell")))
				return [x + right, y + down];
		}
	return null;
}

async function frag(browser, file) {
	const { page, faults } = await open(browser, file);
	const saying = /^PFN (0x[0-9a-f]+) to 0x[0-9a-f]+, node 0, zone \d: Movable, mixed, ([\d,]+) of 512 pages, ([\d,]+) cannot move; pinned by \S+.* alone$/;

	verdict(/rows, \d+ pageblocks of 2\.0 MiB$/.test(await text(page, "#summary")),
		"pageblocks: how many, and how large");
	const at = await findCell(page, saying);
	const [, pfn, , pinning] = saying.exec(await text(page, "#cell")) ?? [];
	const data = JSON.parse(await text(page, "#data"));
	let number = 0, known;
	for (let i = 0; i < data.blocks.length; i += 6) {
		number += data.blocks[i];
		if (number * 512 === Number(pfn))
			known = data.blocks.slice(i, i + 6);
	}
	verdict(at && known && known[4] === Number(pinning.replace(",", "")) && known[5] >= 0,
		"pageblocks: hover tells whose a cell is, as the data has it");
	if (at)
		await page.mouse.click(...at);
	verdict((await text(page, "#stack")).includes("owner: ") &&
		await page.$eval("#rows tr[aria-selected=true]", (row) => Number(row.cells[1].textContent)) > 0,
		"pageblocks: a click shows who pins it");
	await page.selectOption("#measure", "held");
	await page.mouse.move(5, 5);
	await settled(page);
	await shot(page, "frag.png");
	await page.focus("#map");
	const before = await text(page, "#cell");
	await page.keyboard.press("ArrowRight");
	const right = await text(page, "#cell");
	await page.keyboard.press("ArrowLeft");
	verdict(right !== before && await text(page, "#cell") === before, "pageblocks: arrow keys");
	await page.click("#head th:nth-child(2) button");
	const alone = (await column(page, 1)).map((n) => Number(n.replace(",", "")));
	verdict(alone[0] > 0 && alone.every((n, i) => !i || n <= alone[i - 1]), "pageblocks: sorted by what is pinned alone");
	await page.selectOption("#by", "owner");
	verdict((await column(page, 0)).length > 1, "pageblocks: rows by owner");
	await page.selectOption("#by", { index: 0 });
	await page.selectOption("#measure", "held");
	await page.fill("#filter", "alloc_inode");
	await settled(page);
	verdict((await column(page, 7)).every((stack) => stack.includes("alloc_inode")), "pageblocks: filtered");
	await page.emulateMedia({ colorScheme: "dark" });
	await page.fill("#filter", "");
	await settled(page);
	await shot(page, "frag-dark.png");
	await page.setViewportSize({ width: 500, height: 900 });
	await settled(page);
	verdict(await page.$eval("#map", (map) => map.getBoundingClientRect().width <= 500), "pageblocks: a narrow window");
	verdict((await page.pdf()).length > 10000, "pageblocks: prints");
	verdict(!faults.length, `pageblocks: no request, nothing on the console ${faults}`);
}

async function oddFrag(browser, file) {
	const { page, faults } = await open(browser, file);

	await page.focus("#map");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Enter");
	verdict((await text(page, "#stack")).includes("<script>hit=1</script>") &&
		(await text(page, "#cell")).includes("<script>hit=1</script>") &&
		(await text(page, "#conditions")).includes("<script>hit=2</script>"),
		"pageblocks: odd names are shown");
	verdict(!await page.evaluate(() => window.hit) && !await page.$("main img"),
		"pageblocks: odd names are not run");
	verdict(!faults.length, `pageblocks, odd names: no request, nothing on the console ${faults}`);
}

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
for (const [i, use] of [profile, diff, odd, large, frag, oddFrag].entries()) {
	try {
		await use(browser, path.resolve(files[i]));
	} catch (error) {
		verdict(false, `${use.name}: ${error}`);
	}
}
await browser.close();
