/* Builds the pages' chart library and the licences of what is in it into a folder: `make charts` and `make charts-check` do it.

   The published bundles hold what no page of ours draws, and evaluating them was the longest task of the first page. The
   descriptions of attributes, which only plotly.js's own reference reads, are left out, as its own build does. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [, , folder] = process.argv;
const RECIPE = ["build.mjs", "entry.js", "package-lock.json"];
const read = (...path) => readFileSync(join(here, ...path), "utf8");

const END = String.raw`(?:,|(?=\s*\}))(?=\s*\n\s*(?:[}\w'"/]|\.\.\.))`;
const DESCRIPTION = new RegExp(
  [String.raw`'[^'\n]*'`, String.raw`\[(?:[^\]]|\](?!\.join))*\]\.join\('[^']*'\)`].map((text) => String.raw`\n\s*description: ${text}${END}`).join("|"),
  "g",
);
const undescribed = {
  name: "undescribed",
  setup: (build) => build.onLoad({ filter: /plotly\.js[\\/]src[\\/].*\.js$/ }, ({ path }) => ({
    contents: readFileSync(path, "utf8").replace(DESCRIPTION, ""), loader: "js",
  })),
};

const { version } = JSON.parse(read("node_modules", "plotly.js", "package.json"));
const recipe = createHash("sha256").update(RECIPE.map((name) => read(name)).join("\n")).digest("hex");
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["entry.js"],
  outfile: join(folder, "plotly.min.js"),
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2020",
  define: { global: "window", "define.amd": "false" },
  legalComments: "none",
  loader: { ".css": "empty" }, // of maps
  banner: { js: `/* plotly.js ${version}, reduced. Licences: plotly.LICENSES.txt. Recipe: deploy/plotly, ${recipe} */` },
  plugins: [undescribed],
  metafile: true,
});

const packages = new Set(Object.keys(metafile.inputs).map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)).filter(Boolean).map(([, name]) => name));
const licence = (name) => {
  const file = readdirSync(join(here, "node_modules", name)).find((one) => /^licen[cs]e/i.test(one));
  const told = JSON.parse(read("node_modules", name, "package.json"));
  const text = file ? read("node_modules", name, file).trim() : `License: ${told.license}`;
  return `${name} ${told.version}\n${"=".repeat(72)}\n${text}\n`;
};
writeFileSync(join(folder, "plotly.LICENSES.txt"), [...packages].sort().map(licence).join("\n\n"));
