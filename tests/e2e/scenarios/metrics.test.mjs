// What the dashboard and the alert rules ask for is what a running server exports, and promtool has
// nothing to say about how.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const config = (path) => readFileSync(
  fileURLToPath(new URL(`../../../config/${path}`, import.meta.url)), 'utf8');
const dashboard = JSON.parse(config('grafana/atrium.json'));
const panels = dashboard.panels.filter((panel) => panel.type !== 'row');
const expressions = panels.flatMap((panel) => panel.targets.map((target) => target.expr));

/** name -> [{labels, value}] of every sample, and the names that are described. */
function parse(text) {
  const samples = new Map();
  for (const line of text.split('\n')) {
    const found = line.match(/^(\w+)(?:\{(.*)\})? (\S+)$/);
    if (!found || line.startsWith('#')) continue;
    const [, name, labels = '', value] = found;
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, of]) => [key, of]);
    if (!samples.has(name)) samples.set(name, []);
    samples.get(name).push({ labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return samples;
}

describe('metrics', { timeout: 120_000 }, () => {
  const stage = new Stage({}, { redis: true });
  let text;
  let samples;

  before(async () => {
    await stage.open();
    const room = await stage.createRoom();
    const ann = stage.stockClient('Ann');
    const bob = stage.nativeClient('Bob');
    await ann.join(room);
    await bob.join(room);
    for (let i = 0; i < 40; ++i) await ann.say(room, `message ${i}`);
    await eventually(async () => {
      text = (await request(`${stage.server.url}/metrics`)).body;
      samples = parse(text);
      return samples.get('atrium_fan_out_seconds_count')[0].value > 0
        && samples.get('atrium_rooms').some(({ labels }) => labels.state === 'passive');
    }, 'the figures that take a moment');
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  it('are as Prometheus likes them', () => {
    const check = spawnSync(process.env.PROMTOOL ?? 'promtool', ['check', 'metrics'],
      { input: text, encoding: 'utf8' });
    assert.equal(check.error, undefined);
    assert.equal(check.status, 0, check.stdout + check.stderr);
    assert.equal(check.stderr, '');
  });

  it('say what happened', () => {
    const value = (name, wanted = {}) => samples.get(name)
      .filter(({ labels }) => Object.entries(wanted).every(([key, of]) => labels[key] === of))
      .reduce((sum, sample) => sum + sample.value, 0);
    assert.equal(value('atrium_events_total', { event: 'chat:message', result: 'ok' }), 40);
    assert.equal(value('atrium_messages_posted_total'), 40);
    assert.ok(value('atrium_deliveries_total') >= 80);
    assert.ok(value('atrium_event_latency_seconds_count', { kind: 'change' }) >= 40);
    assert.equal(value('atrium_connections'), 2);
    assert.ok(value('atrium_process_resident_memory_bytes') > 1_000_000);
    assert.ok(value('atrium_process_open_fds') > 10);
  });

  it('have no room, user or address in a label', () => {
    for (const [name, all] of samples) {
      assert.ok(all.length <= 130, `${name} has ${all.length} series`);
      for (const { labels } of all)
        for (const key of Object.keys(labels)) assert.doesNotMatch(key, /room|user|ip|address/);
    }
  });

  for (const [where, all] of [
    ['the dashboard', expressions],
    ['the alert rules', [config('prometheus/alerts.yml')]],
  ]) {
    it(`are all there that ${where} asks for, with the labels it names`, () => {
      for (const expression of all) {
        for (const [, name, selector = ''] of expression.matchAll(/\b(atrium_\w+)(?:\{([^}]*)\})?/g)) {
          const found = samples.get(name);
          assert.ok(found, `${name} is not exported`);
          for (const [, key, how, wanted] of selector.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)) {
            if (key === 'job' || key === 'instance') continue;
            const values = found.map(({ labels }) => labels[key]);
            assert.ok(!values.includes(undefined), `${name} has no label ${key}`);
            if (how === '=') assert.ok(values.includes(wanted), `${name} has no ${key}="${wanted}"`);
            if (how.endsWith('~'))
              for (const one of wanted.split('|'))
                assert.ok(values.includes(one), `${name} has no ${key}="${one}"`);
          }
        }
      }
    });
  }

  it('are all explained in the manual', () => {
    const manual = readFileSync(
      fileURLToPath(new URL('../../../docs/operating.md', import.meta.url)), 'utf8');
    for (const [, name] of text.matchAll(/^# TYPE (\w+) /gm))
      assert.ok(manual.includes(`\`${name}\``), `${name} is not in docs/operating.md`);
  });
});

describe('the dashboard', () => {
  it('has panels that stand beside each other, each with a query of its own source', () => {
    assert.equal(dashboard.uid, 'atrium');
    const ids = dashboard.panels.map((panel) => panel.id);
    assert.equal(new Set(ids).size, ids.length);
    const taken = new Set();
    for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
      assert.ok(x + w <= 24, title);
      for (let i = x; i < x + w; ++i) {
        for (let j = y; j < y + h; ++j) {
          assert.ok(!taken.has(`${i},${j}`), `${title} covers another panel`);
          taken.add(`${i},${j}`);
        }
      }
    }
    for (const panel of panels) {
      assert.ok(panel.targets.length > 0, panel.title);
      for (const target of panel.targets) {
        assert.equal(target.datasource.uid, '${datasource}', panel.title);
        assert.match(target.expr, /instance=~"\$instance"/, panel.title);
      }
    }
    assert.deepEqual(dashboard.templating.list.map(({ name }) => name), ['datasource', 'instance']);
  });
});
