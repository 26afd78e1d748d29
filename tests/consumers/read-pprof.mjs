// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * read-pprof.mjs - what the package pprof-format reads from a pprof file.
 *
 *	node read-pprof.mjs DIRECTORY FILE
 *
 * DIRECTORY holds node_modules. Prints a line of JSON: sample types, and samples with
 * their frames from the root on, values and labels.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";

const [directory, file] = process.argv.slice(2);
const { Profile } = createRequire(path.resolve(directory, "x.js"))("pprof-format");
const profile = Profile.decode(zlib.gunzipSync(fs.readFileSync(file)));
const text = (index) => profile.stringTable.strings[Number(index)];
// The package takes negative numbers for large ones.
const signed = (value) => Number(BigInt.asIntN(64, BigInt(value)));
const byId = (list) => new Map(list.map((x) => [Number(x.id), x]));
const locations = byId(profile.location), functions = byId(profile.function);
const mappings = byId(profile.mapping);

function frame(id) {
	const location = locations.get(Number(id));
	const name = text(functions.get(Number(location.line[0].functionId)).name);
	const of = text(mappings.get(Number(location.mappingId)).filename);

	return of.startsWith("[") ? name : `${name} [${of}]`;
}

console.log(JSON.stringify({
	types: profile.sampleType.map((t) => `${text(t.type)}/${text(t.unit)}`),
	timeNs: String(profile.timeNanos),
	samples: profile.sample.map((s) => ({
		path: s.locationId.map(frame).reverse().join(";"),
		values: s.value.map(signed),
		labels: Object.fromEntries(s.label.map((l) => [text(l.key), text(l.str)])),
	})),
}));
