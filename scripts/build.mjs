// Builds what runs: src/**/*.ts file by file to dist/, and the browser's script, style, font and icons to public/ with hashed
// names and a manifest. With --types also the declarations a host's TypeScript reads. A production install carries the results and no bundler: then there is nothing to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, ...parts);
const built = existsSync(at("dist/cli/cli.js")) && existsSync(at("public/manifest.json"));

if (process.argv.includes("--if-missing") && built) process.exit(0);
const esbuild = await import("esbuild").catch(() => null);
if (!esbuild) {
  if (built) process.exit(0);
  console.error("Nothing is built yet and esbuild is not installed. Run npm ci (with development dependencies) first.");
  process.exit(1);
}

await Promise.all([buildServer(), buildBrowser()]);
if (process.argv.includes("--types")) buildTypes();

async function buildServer() {
  const sources = filesUnder("src", (file) => file.endsWith(".ts") && !/^src\/(web\/browser|canvas)\//.test(file));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: sources,
    outbase: "src",
    outdir: "dist",
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: true,
    logLevel: "warning",
  });
  const made = new Set(sources.flatMap((file) => [".js", ".js.map"].map((end) => `dist/${file.slice(4, -3)}${end}`)));
  const declared = (file) => file.endsWith(".d.ts") && existsSync(at(`src/${file.slice(5, -5)}.ts`));
  prune("dist", (file) => made.has(file) || declared(file));
}

/** Declarations of src/index.ts and all it imports, beside the code. */
function buildTypes() {
  // By its file: what lies in .bin is no program on Windows.
  const tsc = at("node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.declarations.json"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

async function buildBrowser() {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { app: "src/web/browser/app.ts", style: "src/web/styles/app.css" },
    outdir: "public/assets",
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome123", "firefox121", "safari17.5"],
    loader: { ".woff2": "file" },
    tsconfig: "src/web/browser/tsconfig.json",
    metafile: true,
    logLevel: "warning",
  });
  const manifest = { "icons.svg": writeHashed("icons", "svg", iconSprite()) };
  for (const [file, output] of Object.entries(metafile.outputs)) {
    const name = relative("public/assets", file);
    if (output.entryPoint?.endsWith("app.ts")) manifest["app.js"] = name;
    else if (output.entryPoint?.endsWith("app.css")) manifest["app.css"] = name;
    else if (name.endsWith(".woff2")) manifest["inter.woff2"] = name;
  }
  writeFileSync(at("public/manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const made = new Set(Object.values(manifest).map((name) => `public/assets/${name}`));
  prune("public/assets", (file) => made.has(file));
}

/** One SVG of symbols: only the icons named in src/web/pages/icons.ts, drawn as lucide draws them. */
function iconSprite() {
  const list = readFileSync(at("src/web/pages/icons.ts"), "utf8");
  const names = [...list.matchAll(/"([a-z0-9-]+)"/g)].map((match) => match[1]);
  const symbols = [...new Set(names)].map((name) => {
    const drawing = readFileSync(at(`node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(drawing)[1].replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function writeHashed(name, extension, content) {
  const hash = createHash("sha256").update(content).digest("base64url").replace(/[-_]/g, "").slice(0, 8).toUpperCase();
  const file = `${name}-${hash}.${extension}`;
  mkdirSync(at("public/assets"), { recursive: true });
  writeFileSync(at("public/assets", file), content);
  return file;
}

function filesUnder(folder, wanted) {
  if (!existsSync(at(folder))) return [];
  return readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split("\\")
        .join("/"),
    )
    .filter(wanted);
}

function prune(folder, keep) {
  for (const file of filesUnder(folder, (name) => !keep(name))) rmSync(at(file), { force: true });
}
