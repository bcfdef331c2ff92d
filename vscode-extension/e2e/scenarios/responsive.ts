/** Much of everything: 5,000 variables, thousands of exits a second, a profile of a million exits. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Debug } from '../pages/debug';
import { Editor } from '../pages/editor';
import { quantile, typingLatencies, watchSmoothness, type Smoothness } from '../pages/smooth';
import { Terminal } from '../pages/terminal';
import { Views } from '../pages/views';
import { Workbench } from '../pages/workbench';
import { eventually, expect, type Stage } from '../runner';
import { copySamples, LAUNCHER, lineOf } from '../samples';
import type { Scenario } from './scenario';

const VARIABLES = 5000;
const EXITS = 1_000_000;
/** Timer interrupts a second: each is three VM exits or more. */
const BEAT = 5000;
/** The issue's. */
const RATE = 10_000;
const WATCHED_MILLIS = 8000;

export const responsive: Scenario = {
  name: 'responsive',
  settings: {},
  traced: false,
  run: async (stage) => {
    const samples = copySamples(stage.server.folder);
    await manyVariables(stage, samples);
    await manyExits(stage, samples);
    await longProfile(stage, samples);
  },
};

async function manyVariables(stage: Stage, samples: string): Promise<void> {
  const page = stage.browser.page;
  const workbench = new Workbench(page);
  const editor = new Editor(page);
  const debug = new Debug(page);
  const folder = join(samples, 'many');
  writeMany(folder);
  const sources = 'many_SOURCES=$(base) many/many.c';
  execFileSync('make', ['-s', '-C', samples, 'SAMPLES=many', sources, 'many'], {
    stdio: 'inherit',
  });
  const line = lineOf(join(folder, 'many.c'), 'power_off();');

  await stage.step(`${VARIABLES} variables in a scope`, async () => {
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(
      join(folder, '.vscode', 'launch.json'),
      JSON.stringify({
        version: '0.2.0',
        configurations: [
          {
            type: 'ringside',
            request: 'launch',
            name: 'many',
            program: join(samples, 'build', 'many.elf'),
          },
        ],
      }),
    );
    await workbench.open(stage.server.address(folder), stage.server.theme);
    await workbench.openFile('many.c');
    await editor.goToLine(line);
    await editor.clickGutter(line);
    await editor.breakpoints.first().waitFor();
    await page.keyboard.press('F5');
    await editor.standsOn(line);
    await debug.paused(/breakpoint/i);
    await workbench.closePane('Watch');
    await debug.variables.collapse('Arguments', 1);
    let took = 0;
    const opening = await watchSmoothness(page, async () => {
      const began = performance.now();
      await debug.variables.find('Statics', /^variable_/);
      took = performance.now() - began;
    });
    stage.figure('first rows of the scope after', `${Math.round(took)} ms; ${told(opening)}`);
  });

  await stage.step('scroll through them', async () => {
    const scrolling = await watchSmoothness(page, async () => {
      for (let turn = 0; turn < 60; turn += 1) {
        await page.keyboard.press('PageDown');
      }
      await page.keyboard.press('End');
      await debug.variables.reveal('Trap cost', 1);
    });
    stage.figure('scrolling', told(scrolling));
    await debug.press('Stop');
    await debug.ended();
  });
}

/** A kernel with so many variables, all alive. */
function writeMany(folder: string): void {
  mkdirSync(folder);
  const numbers = Array.from({ length: VARIABLES }, (_, i) => String(i).padStart(4, '0'));
  writeFileSync(
    join(folder, 'many.c'),
    [
      '#include "../common/multiboot.h"',
      '#include "../common/power.h"',
      ...numbers.map((n) => `static volatile int variable_${n} __attribute__((used)) = 1${n};`),
      'void kmain(const struct multiboot_info *info) {',
      '  (void)info;',
      '  power_off();',
      '}',
      '',
    ].join('\n'),
  );
}

async function manyExits(stage: Stage, samples: string): Promise<void> {
  const page = stage.browser.page;
  const workbench = new Workbench(page);
  const debug = new Debug(page);
  const terminal = new Terminal(page);
  execFileSync('make', ['-s', '-C', samples, 'monitor'], { stdio: 'inherit' });

  await stage.step('a guest that exits thousands of times a second, all views open', async () => {
    await workbench.open(stage.server.address(join(samples, 'monitor')), stage.server.theme);
    await workbench.openFile('monitor.c');
    await page.keyboard.press('F5');
    await debug.running();
    await workbench.command('Ringside: Open Serial Console');
    await terminal.shows('monitor: type help');
    await workbench.showDebugSideBar();
    for (const pane of ['Watch', 'Variables', 'Call Stack', 'Loaded Scripts', 'Breakpoints']) {
      await workbench.closePane(pane);
    }
    for (const name of [
      'VMCS',
      'Page Walk',
      'CPU Tables',
      'VM Exits',
      'Rings',
      'Memory',
    ] as const) {
      await workbench.pane(name);
    }
    await terminal.type(`beat ${BEAT}`);
    const exits = await workbench.pane('VM Exits');
    const rate = await eventually(
      `${RATE} exits a second`,
      async () => exitsASecond(await exits.locator('.pane-header .description').innerText()),
      (found) => found >= RATE,
    );
    const meanwhile = await watchSmoothness(page, () => page.waitForTimeout(WATCHED_MILLIS));
    const end = exitsASecond(await exits.locator('.pane-header .description').innerText());
    stage.figure(`at ${rate} to ${end} exits a second`, told(meanwhile));
  });

  await stage.step('typing meanwhile', async () => {
    await workbench.command('File: New Untitled Text File');
    await workbench.tab('Untitled-1').waitFor();
    const times = await typingLatencies(page, 'a guest that traps must not slow down typing ');
    expect(times.length > 0, 'keys have been seen');
    stage.figure(
      'key to screen',
      `median ${Math.round(quantile(times, 0.5))} ms, p99 ${Math.round(quantile(times, 0.99))} ms`,
    );
    await debug.press('Stop');
    await debug.ended();
  });
}

/** What the view says behind its title: `12.3 k · 950/s`. */
function exitsASecond(text: string): number {
  const scale: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9 };
  const [, figure = '0', unit = ''] = /([\d.,]+)\s?([kMG]?)\s?\/s/.exec(text) ?? [];
  return Number(figure.replaceAll(',', '')) * (scale[unit] ?? 1);
}

async function longProfile(stage: Stage, samples: string): Promise<void> {
  const page = stage.browser.page;
  const workbench = new Workbench(page);
  const views = new Views(workbench);
  const folder = join(stage.server.folder, 'profiles');
  mkdirSync(folder);
  const monitor = join(samples, 'build', 'monitor.elf');
  const kinds = ['jfr', 'ringside.json'] as const;
  for (const kind of kinds) {
    execFileSync(LAUNCHER, ['run', '--profile', join(folder, `million.${kind}`), monitor], {
      input: `traps ${EXITS}\roff\r`,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }
  for (const kind of kinds) {
    await stage.step(`open a profile of a million exits, .${kind}, by double click`, async () => {
      await workbench.open(stage.server.address(folder), stage.server.theme);
      const file = workbench.files.filter({ hasText: `million.${kind}` });
      await file.waitFor();
      const began = performance.now();
      await file.dblclick();
      const table = await views.trapCost();
      await eventually(
        'the table',
        () => table.texts(),
        (rows) => rows.some((row) => row.includes('CPUID')),
      );
      const shown = performance.now();
      await table.sort('Count');
      const sorted = performance.now();
      stage.figure(
        `table of a million exits (.${kind})`,
        `shown after ${Math.round(shown - began)} ms, sorted in ${Math.round(sorted - shown)} ms`,
      );
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+w');
    });
  }
}

function told(smooth: Smoothness): string {
  const { frameMedian, frame99, frameLongest, longestTask } = smooth;
  const figures = [frameMedian, frame99, frameLongest, longestTask].map(Math.round);
  return (
    `frames ${figures[0]} ms (median), ${figures[1]} ms (p99), ${figures[2]} ms (longest); ` +
    `longest task ${figures[3]} ms`
  );
}
