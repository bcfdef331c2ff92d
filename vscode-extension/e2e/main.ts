/**
 * The end-to-end tests: real VS Code workbench, real extension, real guests. Exit status 77 with a
 * line "SKIP: why" where Chromium or code-server cannot be had.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser, findChromium } from './browser';
import { CodeServer } from './codeserver';
import { parse } from './options';
import { Output, play, type Report } from './runner';
import { attach } from './scenarios/attach';
import { hello } from './scenarios/hello';
import { picture } from './scenarios/picture';
import { responsive } from './scenarios/responsive';
import { rings } from './scenarios/rings';
import type { Scenario } from './scenarios/scenario';

const SCENARIOS: readonly Scenario[] = [rings, attach, hello, responsive, picture];
const SKIPPED = 77;

const options = parse(process.argv.slice(2));
const extension = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const out = join(extension, 'e2e', 'out', 'shots');

const chromium = findChromium();
if (chromium === undefined) {
  console.log('SKIP: no Chromium (Debian: apt-get install chromium; or RINGSIDE_E2E_CHROMIUM)');
  process.exit(SKIPPED);
}
const setup = spawnSync(join(extension, 'e2e', 'setup'), { encoding: 'utf8' });
process.stdout.write(setup.stderr);
if (setup.status !== 0) {
  process.exit(setup.status ?? 1);
}
const home = setup.stdout.trim();

const vsix = join(extension, 'ringside.vsix');
if (!existsSync(vsix)) {
  console.log('there is no ringside.vsix: npm run package');
  process.exit(1);
}

const runs: Report[][] = [];
for (let run = 1; run <= options.repeat; run += 1) {
  if (options.repeat > 1) {
    console.log(`\n=== run ${run} of ${options.repeat}`);
  }
  runs.push(await once(chromium));
}
process.exitCode = summarise() ? 0 : 1;

async function once(executable: string): Promise<Report[]> {
  rmSync(out, { recursive: true, force: true });
  const output = new Output(out);
  const reports: Report[] = [];
  for (const scenario of SCENARIOS) {
    if (options.only.length > 0 ? !options.only.includes(scenario.name) : scenario.extra) {
      continue;
    }
    const browser = await Browser.start(executable);
    const server = await CodeServer.start(home, vsix, options.theme, scenario.settings);
    try {
      if (scenario.traced) {
        await browser.record();
      }
      reports.push(await play(scenario.name, output, browser, server, scenario.run));
    } finally {
      await browser.stop();
      await server.stop();
    }
  }
  return reports;
}

/** Prints what happened; whether all of it was well. */
function summarise(): boolean {
  const all = runs.flat();
  const failures = runs.flatMap((reports, run) =>
    reports.flatMap(({ failure }) => (failure === undefined ? [] : [`run ${run + 1}: ${failure}`])),
  );
  const steps = all.reduce((sum, report) => sum + report.steps, 0);
  const seconds = all.reduce((sum, report) => sum + report.seconds, 0);
  console.log(
    `\n${runs.length} run(s), ${steps} steps in ${seconds.toFixed(0)} s; screenshots: ${out}`,
  );
  for (const failure of failures) {
    console.log(`FAILED: ${failure}`);
  }
  return failures.length === 0 && steps > 0;
}
