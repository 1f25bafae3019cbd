// How the web app is built: web/build-app and web/install-packages in a small workspace of their own,
// with npm, but without any package and without a network.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const WEB = fileURLToPath(new URL('../../../web', import.meta.url));
const NOBODY = 'http://127.0.0.1:9';
const PAGE = '<!doctype html>'.padEnd(3_000, ' and so on');

const BUILD = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const out = process.env.ATRIUM_PAGES_OUT;
mkdirSync(out + '/assets', { recursive: true });
writeFileSync(out + '/index.html', ${JSON.stringify(PAGE)});
writeFileSync(out + '/assets/tiny-1.js', 'export {};');
writeFileSync(out + '/assets/font-2.woff2', ${JSON.stringify(PAGE)});
appendFileSync('builds', '.');
`;

/** A workspace that builds, gone after the test. */
async function workspace(t) {
  const root = await mkdtemp(join(tmpdir(), 'atrium-app-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const web = join(root, 'web');
  await mkdir(web);
  for (const name of ['build-app', 'install-packages', 'compress.mjs'])
    await cp(join(WEB, name), join(web, name));
  const write = (name, what) =>
    writeFile(join(web, name), typeof what === 'string' ? what : JSON.stringify(what));
  await write('build.mjs', BUILD);
  const needs = async (dependencies) => {
    const self = { name: 'small', version: '1.0.0', ...(dependencies && { dependencies }) };
    const packages = { '': self };
    for (const [name, version] of Object.entries(dependencies ?? {}))
      packages[`node_modules/${name}`] = { version, resolved: `${NOBODY}/${name}.tgz`,
        integrity: `sha512-${'A'.repeat(86)}==` };
    await write('package.json', { ...self, private: true, scripts: { build: 'node build.mjs' } });
    await write('package-lock.json',
      { name: 'small', version: '1.0.0', lockfileVersion: 3, requires: true, packages });
  };
  await needs();
  const out = join(root, 'build', 'app');
  const build = (to = out) => new Promise((resolve) => {
    const env = { ...process.env, npm_config_registry: NOBODY,
      npm_config_cache: join(root, 'cache') };
    execFile(join(web, 'build-app'), [to], { env },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: stdout + stderr }));
  });
  const exists = (path) => stat(path).then(() => true, () => false);
  return { root, web, out, write, needs, build, exists };
}

test('the web app is built, each file with the forms that make it smaller', async (t) => {
  const { out, build, exists } = await workspace(t);
  const { code, said } = await build();
  assert.equal(code, 0, said);
  assert.equal(await readFile(join(out, 'index.html'), 'utf8'), PAGE);
  assert.equal(String(brotliDecompressSync(await readFile(join(out, 'index.html.br')))), PAGE);
  assert.equal(String(gunzipSync(await readFile(join(out, 'index.html.gz')))), PAGE);
  for (const name of ['assets/tiny-1.js', 'assets/font-2.woff2']) {
    assert.ok(await exists(join(out, name)));
    for (const form of ['br', 'gz']) assert.ok(!await exists(join(out, `${name}.${form}`)));
  }
  assert.ok(await exists(`${out}.stamp`));
});

test('packages are installed once for all builds, which may run at the same time', async (t) => {
  const { root, web, out, build, exists } = await workspace(t);
  const other = join(root, 'other', 'app');
  const both = await Promise.all([build(), build(other)]);
  for (const { code, said } of both) assert.equal(code, 0, said);
  assert.ok(await exists(join(out, 'index.html')) && await exists(join(other, 'index.html')));
  assert.equal(await readFile(join(web, 'builds'), 'utf8'), '..');
  // What npm would remove if it installed anew.
  await writeFile(join(web, 'node_modules', 'mark'), '');
  assert.equal((await build()).code, 0);
  assert.ok(await exists(join(web, 'node_modules', 'mark')));
});

test('a build that fails is an error, and leaves the last one in place', async (t) => {
  const { out, write, build, exists } = await workspace(t);
  assert.equal((await build()).code, 0);
  await rm(`${out}.stamp`);
  await write('build.mjs', `${BUILD}\nconsole.error('wrong type'); process.exit(3);`);
  const { code, said } = await build();
  assert.notEqual(code, 0);
  assert.match(said, /wrong type/);
  assert.equal(await readFile(join(out, 'index.html'), 'utf8'), PAGE);
  assert.ok(!await exists(`${out}.stamp`));
});

test('without the registry there is no web app, one line says so, and nothing fails', async (t) => {
  const { out, needs, build, exists } = await workspace(t);
  await needs({ 'atrium-needs-this': '1.0.0' });
  const { code, said } = await build();
  assert.equal(code, 0, said);
  assert.match(said, /^web app: not built, because its packages can't be had$/m);
  assert.ok(!await exists(out) && !await exists(`${out}.stamp`));
  // The next one tries again.
  await needs();
  assert.equal((await build()).code, 0);
  assert.ok(await exists(join(out, 'index.html')));
});

test('a lock that does not fit is an error', async (t) => {
  const { write, build } = await workspace(t);
  await write('package-lock.json', 'no lock');
  const { code } = await build();
  assert.notEqual(code, 0);
});
