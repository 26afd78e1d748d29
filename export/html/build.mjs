// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * build.mjs - page.html with its style and all of its scripts, as texts of C.
 *
 *	node build.mjs NODE_MODULES OUTPUT DIGEST
 *
 * DIGEST, of all that this is made from, is in the first line, for make-page. The data of a report stands between page_head and page_tail. The licenses of what is
 * bundled are in the page, and with it in every report.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, output] = process.argv.slice(2, 4).map((p) => path.resolve(p));
const digest = process.argv[4];
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const { buildSync } = createRequire(path.join(modules, "x.js"))("esbuild");
const read = (name) => fs.readFileSync(path.join(here, name), "utf8");

const built = buildSync({
	entryPoints: [path.join(here, "report.js")],
	bundle: true, write: false, metafile: true, format: "iife", target: "es2020",
	// d3-flame-graph asks for the name of a constructor.
	minify: true, keepNames: true, charset: "ascii", nodePaths: [modules],
	legalComments: "none",
});
const script = built.outputFiles[0].text;
if (/<\/script|<!--/i.test(script))
	throw new Error("the script would end early");

const packages = new Set(Object.keys(built.metafile.inputs).map((file) =>
	/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
const notices = [...packages].sort().map((name) => {
	const folder = path.join(modules, name);
	const { version, license } = JSON.parse(
		fs.readFileSync(path.join(folder, "package.json"), "utf8"));
	const file = fs.readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));

	return `${name} ${version}, ${license}:\n\n` +
		fs.readFileSync(path.join(folder, file), "utf8").replace(/--+>?/g, "-");
}).join("\n\n");

const parts = {
	HASH: `sha256-${createHash("sha256").update(script).digest("base64")}`,
	STYLE: read("style.css"),
	NOTICES: `This report has parts of these programs:\n\n${notices}\n`,
	SCRIPT: script,
};
const page = read("page.html").replace(/@(HASH|STYLE|NOTICES|SCRIPT)@/g, (_, name) => parts[name]);

function literal(name, text) {
	const lines = Buffer.from(text).toString("latin1").match(/[^]{1,60}/g).map((line) =>
		`\t"${line.replace(/[^ !#->@-[\]-~]/g, (c) =>
			`\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`)}"`);

	return `static const char ${name}[] =\n${lines.join("\n")};\n`;
}
const [head, tail] = page.split("@DATA@");
fs.writeFileSync(output, `/* Made by export/html/build.mjs from ${digest} */\n` +
	literal("page_head", head) + literal("page_tail", tail));
