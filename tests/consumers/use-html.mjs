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

/* What reaches out of the window, which is as narrow as a phone's */
async function narrow(page, name) {
	const size = page.viewportSize();

	await page.setViewportSize({ width: 400, height: 800 });
	await settled(page);
	await page.click("#more summary");
	if (!await page.isVisible("#stack"))
		await page.click("#rows tr:not([aria-hidden])");
	const out = await page.$$eval("body, body *", (all) => all.filter((one) =>
		one.getBoundingClientRect().right > 400.5 || one.getBoundingClientRect().left < -0.5)
		.map((one) => `${one.tagName}#${one.id}`));
	const scrolls = await page.$$eval("html, body, #scroll, #graph", (all) => all.filter((one) =>
		one.scrollWidth > one.clientWidth).map((one) => `${one.tagName}#${one.id}`));

	verdict(!out.length && !scrolls.length, `${name}: fits into 400 pixels ${out} ${scrolls}`);
	await shot(page, `${name}-400.png`);
	await page.evaluate(() => scrollTo(0, 0));
	await page.click("#more summary");
	await page.setViewportSize(size);
	await settled(page);
}

/* Whether all of an element, or a click on its middle, can be seen */
const inView = (page, selector) => page.$eval(selector, (one) => {
	const { top, bottom, left, right } = one.getBoundingClientRect();
	const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);

	return top >= 0 && bottom <= innerHeight && right <= innerWidth && one.contains(there);
});

async function choosing(page, name) {
	for (const [width, height] of [[1280, 900], [1280, 600], [400, 800]]) {
		await page.setViewportSize({ width, height });
		await settled(page);
		await page.click("#rows tr:not([aria-hidden]):nth-of-type(5)");
		await settled(page);
		verdict(await inView(page, "#stack") && await inView(page, "#rows tr[aria-selected=true]") &&
			await page.textContent("#stack .first"),
			`${name}: at ${width}x${height} a chosen row and its stack are in view`);
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	await settled(page);
}

/* Distinct frames of the data that contain a text, drawn or not, and the pages below them */
function framesWith(data, wanted, pages) {
	const frames = new Set();
	let sum = 0;

	for (const row of data.rows) {
		const names = row[3].map((id) => data.texts[id].toLowerCase());

		names.forEach((name, i) => name.includes(wanted) &&
			frames.add(JSON.stringify(names.slice(0, i + 1))));
		sum += names.some((name) => name.includes(wanted)) ? pages(row) : 0;
	}
	return [frames.size, sum];
}

/* Each row has an owner, and a stack that begins with it: plumbing is left out. */
async function owned(page, name, at) {
	const heads = await page.$$eval("#head button", (all) => all.map((one) => one.textContent));
	const owners = await column(page, at), stacks = await column(page, at + 2);

	verdict(heads.slice(at).join() === "owner,module,stack without plumbing" &&
		owners.every(Boolean) && stacks.every(Boolean) &&
		!stacks.some((stack) => /^(get_page_from_freelist|__?alloc_pages)/.test(stack)) &&
		owners.filter((owner, i) => stacks[i].startsWith(owner)).length > owners.length / 2,
		`${name}: owner, module, and the stack without plumbing`);
	verdict(/^linux-6\.\S+ .*– /.test(await page.title()) &&
		(await page.title()).startsWith(await text(page, "#files")), `${name}: files in the title`);
	verdict(!/\(none\)/.test(await page.textContent("main")), `${name}: nothing is called "(none)"`);
}

async function profile(browser, file) {
	const { page, faults } = await open(browser, file);
	const data = JSON.parse(await text(page, "#data"));
	const frames = () => page.$$eval("#graph g.frame", (list) => list.length);
	const all = await frames();

	await settled(page);
	await shot(page, "profile.png");
	await page.hover("#graph g.frame:nth-of-type(3)");
	verdict(/: .* \(\d+\.\d\d %\)/.test(await text(page, "#where")), "hover tells what a frame holds");
	await page.fill("#search", "ALLOC_PAGES");
	await page.waitForFunction(() => document.getElementById("found").textContent);
	const found = () => page.textContent("#found");
	const [number, pages] = framesWith(data, "alloc_pages", (row) => row[0]);
	verdict(new RegExp(`^${number} frames, \\d+ of them not in sight, ${(pages / 256).toFixed(1)} MiB ` +
		`\\(${(100 * pages / data.totals[0]).toFixed(2)} %\\)$`).test(await found()) &&
		await page.$("#graph rect[fill='#e65ce6']"),
		`highlight counts all frames and marks them: ${await found()}`);
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
	verdict(modules.length > 1 && new Set(modules).size === modules.length &&
		modules.includes("(kernel)"), "rows by module");
	const roots = await page.$$eval("#graph g.frame", (list) => list.map((g) => g.getAttribute("name")));
	verdict(roots.includes("module:ext4") && roots.includes("asm_exc_page_fault") &&
		!roots.some((name) => /none|kernel\)/.test(name)), "graph by module: a frame of none has none");
	await page.selectOption("#by", { index: 0 });
	const count = await text(page, "#counted");
	await page.fill("#filter", "alloc_");
	await page.waitForFunction((old) => document.getElementById("counted").textContent !== old, count);
	verdict(parseInt((await text(page, "#counted")).replace(",", ""), 10) <
		parseInt(count.replace(",", ""), 10), "the filter leaves fewer rows");
	verdict(/^\d+\.\d MiB \(\d+\.\d %\) of 293\.1 MiB; \d+ of 539 rows with “alloc_”$/.test(
		await text(page, "#summary")), `and its sum is the headline: ${await text(page, "#summary")}`);
	await page.fill("#filter", "no such text");
	await page.waitForFunction(() => document.getElementById("counted").textContent === "0 rows");
	await page.fill("#filter", "");
	await page.waitForFunction(() => document.getElementById("summary").textContent ===
		"293.1 MiB; 539 rows");
	await owned(page, "profile", 2);
	await choosing(page, "profile");
	await narrow(page, "profile");
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

	await owned(page, "diff", 4);
	await choosing(page, "diff");
	await narrow(page, "diff");
	await page.selectOption("#by", "owner");
	verdict((await column(page, 5)).length > 1 && await page.$("#rows polyline"), "diff: rows by owner");
	await page.selectOption("#by", { index: 0 });
	await page.fill("#filter", "pipe_write");
	await page.waitForFunction(() => document.getElementById("summary").textContent.includes("with “pipe_write”"));
	verdict(/^640\.0 KiB → .* → 10\.0 MiB \(\+9\.4 MiB\) of 174\.4 MiB → .* \(\+86\.8 MiB\); 1 of 534 rows/.test(
		await text(page, "#summary")), `diff: the filter's sum is the headline: ${await text(page, "#summary")}`);
	await page.fill("#filter", "");
	await settled(page);
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
	verdict(await text(page, "#files") === "<script>hit=3<img src=x>\\u{202e}evil" &&
		(await page.title()).startsWith("<script>hit=3<img src=x>\\u{202e}evil – "),
		"the odd name of a file is shown");
	verdict(!await page.evaluate(() => window.hit) && await page.$$eval("script", (s) => s.length) === 2 &&
		!await page.$("img"), "odd names are not run");
	await page.fill("#filter", "<script>");
	await page.waitForFunction(() => document.getElementById("counted").textContent !== "");
	await page.fill("#search", "[(*");
	await settled(page);
	await page.selectOption("#by", "name");
	await settled(page);
	await page.fill("#filter", "");
	await page.selectOption("#by", { index: 0 });
	await settled(page);
	await narrow(page, "odd");
	verdict(!faults.length, `odd names: no request, nothing on the console ${faults}`);
}

async function large(browser, file) {
	const { page, faults, took } = await open(browser, file);

	verdict(parseInt((await text(page, "#counted")).replace(",", ""), 10) === 50000 &&
		await page.$$eval("#rows tr", (rows) => rows.length) < 200, "50,000 stacks: only rows in sight are there");
	/* Less than one on an idle machine; tests run on busy ones. */
	verdict(took < 3000, `50,000 stacks open in ${(took / 1000).toFixed(1)} s`);
	await page.fill("#search", "f49999");
	await page.waitForFunction(() => document.getElementById("found").textContent);
	verdict(/^1 frames, 1 of them not in sight, /.test(await text(page, "#found")),
		`50,000 stacks: one that is folded is counted: ${await text(page, "#found")}`);
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

	verdict(/^\d+ pageblocks of 2\.0 MiB, \d+ movable ones pinned, .*; \d+ rows$/.test(await text(page, "#summary")),
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
	const listed = () => page.$$eval("#pins li", (all) => all.map((one) => one.textContent));
	verdict((await listed()).length === 1 && (await listed())[0].startsWith(`${pinning} page`),
		`pageblocks: a clicked cell lists who pins it: ${await listed()}`);
	verdict((await text(page, "#stack")).includes("owner: ") &&
		await page.$eval("#rows tr[aria-selected=true]", (row) => Number(row.cells[1].textContent)) > 0,
		"pageblocks: a click shows who pins it");
	const several = await findCell(page, /pinned by several$/);
	if (several)
		await page.mouse.click(...several);
	const sums = (await listed()).map((line) => parseInt(line, 10));
	verdict(sums.length > 1 && sums.every((n, i) => !i || n <= sums[i - 1]) &&
		(await text(page, "#cell")).includes(` ${sums.reduce((a, b) => a + b)} cannot move`),
		`pageblocks: all that pin a cell are listed, with their pages: ${await listed()}`);
	await settled(page);
	await shot(page, "frag-pins.png");
	await page.click("#pins li:last-child button");
	await settled(page);
	verdict(await inView(page, "#stack") && await inView(page, "#rows tr[aria-selected=true]") &&
		(await listed()).at(-1).includes(`pages: ${await text(page, "#rows tr[aria-selected=true] .wide")}`
			.slice(0, 60)),
		"pageblocks: and a click on one of them shows its stack");
	await page.evaluate(() => scrollTo(0, 0));
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
	const heads = await page.$$eval("#head button", (all) => all.map((one) => one.textContent));
	verdict((await column(page, heads.length - 1)).every((stack) => stack.includes("alloc_inode")), "pageblocks: filtered");
	await page.emulateMedia({ colorScheme: "dark" });
	await page.fill("#filter", "");
	await settled(page);
	await shot(page, "frag-dark.png");
	await choosing(page, "pageblocks");
	await narrow(page, "pageblocks");
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
