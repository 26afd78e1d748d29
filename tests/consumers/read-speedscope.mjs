// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * read-speedscope.mjs - what speedscope takes a file for: its own importer, as it is
 * in the page.
 *
 *	node read-speedscope.mjs DIRECTORY FILE...
 *
 * DIRECTORY holds node_modules. Prints for each file a line of JSON with its profiles:
 * name, unit, total, and the weight of each path, frames joined by ';'.
 */
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

/*
 * The package has the page alone, one script. It starts with nothing but function
 * declarations in reach, so the importer is handed out first thing; what fails is the
 * page itself, later, at drawing itself.
 */
function load(directory) {
	const release = path.join(directory, "node_modules/speedscope/dist/release");
	const name = fs.readdirSync(release).find((n) => /^speedscope-\w+\.js$/.test(n));
	const script = fs.readFileSync(path.join(release, name), "utf8");
	const importer = /function ([\w$]+)\([\w$,]+\)\{return\(await [\w$]+\)\.importProfilesFromArrayBuffer\(/
		.exec(script);
	const nothing = () => new Proxy(() => {}, {
		get: (target, key) => key === Symbol.toPrimitive ? () => "" : nothing(),
		apply: nothing,
	});
	const page = {
		TextDecoder, TextEncoder, performance, setTimeout,
		console: { ...console, log() {} },
		document: { createElement: nothing },
		localStorage: nothing(), location: nothing(), matchMedia: nothing,
	};

	page.window = page.self = vm.createContext(page);
	try {
		vm.runInContext(script.replace("(()=>{", (start) =>
			`${start}globalThis.importProfiles=${importer[1]};`), page);
	} catch (error) {
		if (!error.message.includes("lastElementChild"))
			throw error;
	}
	return page.importProfiles;
}

function paths(profile) {
	const sums = {};
	const walk = (node, names) => {
		if (node.getSelfWeight()) {
			const name = names.join(";");

			sums[name] = (sums[name] ?? 0) + node.getSelfWeight();
		}
		for (const child of node.children) {
			const { name, file } = child.frame;

			walk(child, [...names, file ? `${name} [${file}]` : name]);
		}
	};

	walk(profile.getAppendOrderCalltreeRoot(), []);
	return sums;
}

const [directory, ...files] = process.argv.slice(2);
const importProfiles = load(directory);

for (const file of files) {
	const bytes = new Uint8Array(fs.readFileSync(file));
	const group = await importProfiles(path.basename(file), bytes.buffer);

	console.log(JSON.stringify(group.profiles.map((profile) => ({
		name: profile.getName(),
		unit: profile.getWeightUnit(),
		total: profile.getTotalWeight(),
		paths: paths(profile),
	}))));
}
