/** How long it takes from F5 to the highlighted line of the first stop, on a built checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Debug } from '../pages/debug';
import { Editor } from '../pages/editor';
import { watchStart, type Start } from '../pages/start';
import { Workbench } from '../pages/workbench';
import { PATIENCE } from '../patience';
import { eventually, expect } from '../runner';
import { copySamples, lineOf } from '../samples';
import { firstAfter, readTrace } from '../trace';
import type { Scenario } from './scenario';

const RUNS = 5;

/** The limit, on an idle machine; RINGSIDE_E2E_F5_LIMIT is for one that is not. */
const LIMIT = Number(process.env['RINGSIDE_E2E_F5_LIMIT'] ?? 2000);

export const hello: Scenario = {
  name: 'hello',
  settings: { 'ringside.trace': true },
  traced: false,
  run: async (stage) => {
    const { browser, server } = stage;
    const workbench = new Workbench(browser.page);
    const editor = new Editor(browser.page);
    const debug = new Debug(browser.page);
    const samples = copySamples(server.folder);
    execFileSync('make', ['-s', '-C', samples, 'hello'], { stdio: 'inherit' });
    const line = lineOf(join(samples, 'hello', 'hello.c'), 'uint64_t result = factorial(10);');

    await stage.step('open samples/hello, break on a line of kmain', async () => {
      await workbench.open(server.address(join(samples, 'hello')), server.theme);
      await workbench.openFile('hello.c');
      await editor.goToLine(line);
      await editor.clickGutter(line);
      await editor.breakpoints.first().waitFor();
    });

    const start = async (): Promise<Start> => {
      const parts = await watchStart(browser.page, async () => {
        await browser.page.keyboard.press('F5');
        await editor.standsOn(line);
      });
      stage.figure('F5', await told(server.folder, parts));
      await debug.paused(/breakpoint/i);
      return parts;
    };
    const stop = async () => {
      await debug.press('Stop');
      await debug.ended();
    };

    await stage.step('the first start of all', async () => {
      await start();
    });
    await stage.step('after it the JVM prepares for the next', async () => {
      await stop();
      await eventually(
        'a cache of the JVM',
        () => Promise.resolve(caches(server.folder)),
        (files) => files.length > 0,
        6 * PATIENCE,
      );
    });

    const totals: number[] = [];
    for (let run = 1; run <= RUNS; run += 1) {
      await stage.step(`F5 to the highlighted line, ${run} of ${RUNS}`, async () => {
        totals.push((await start()).line);
      });
      await stop();
    }
    const median = totals.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Infinity;
    stage.figure('F5 to the highlighted line, median of 5', ms(median));
    expect(median <= LIMIT, `F5 to the highlighted line took ${ms(median)}, more than ${LIMIT} ms`);
  },
};

/** The extension makes one in the background, once for each JDK and version. */
function caches(profile: string): string[] {
  const folder = join(profile, 'data', 'User', 'globalStorage', 'ringside.ringside');
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.aot'))
    : [];
}

/** The parts of one start: what the trace says of the server, what the page says it showed. */
async function told(profile: string, start: Start): Promise<string> {
  const after = async (what: string) =>
    eventually(
      `${what} in the trace`,
      () => Promise.resolve(firstAfter(readTrace(profile), start.at, what)),
      (time) => time !== undefined,
    );
  const parts: [string, number | undefined][] = [
    ['server asked', await after('→ initialize')],
    ['server up', await after('← initialize')],
    ['guest loaded', await after('← event initialized')],
    ['breakpoints set', await after('→ configurationDone')],
    ['stopped', await after('← event stopped')],
    ['frame known', await after('← stackTrace')],
    ['toolbar shown', start.session],
    ['stack shown', start.stack],
    ['line highlighted', start.line],
  ];
  return parts.map(([what, time]) => `${what} ${ms(time ?? NaN)}`).join(', ');
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}
