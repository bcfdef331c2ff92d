/** A VM that runs already: found in the picker, typed to, stopped, left running. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Guest } from '../guest';
import { Debug } from '../pages/debug';
import { Terminal } from '../pages/terminal';
import { Workbench } from '../pages/workbench';
import { expect } from '../runner';
import { copySamples } from '../samples';
import type { Scenario } from './scenario';

const NAME = 'e2e-monitor';

export const attach: Scenario = {
  name: 'attach',
  settings: {},
  traced: true,
  run: async (stage) => {
    const { browser, server } = stage;
    const workbench = new Workbench(browser.page);
    const debug = new Debug(browser.page);
    const terminal = new Terminal(browser.page);
    const samples = copySamples(server.folder);
    execFileSync('make', ['-s', '-C', samples, 'monitor'], { stdio: 'inherit' });
    const program = join(samples, 'build', 'monitor.elf');
    const guest = await Guest.start(program, NAME, server.environment, 'type help');
    try {
      await stage.step('attach to a running VM through the picker', async () => {
        await workbench.open(server.address(join(samples, 'monitor')), server.theme);
        await workbench.command('Ringside: Attach to a Running VM');
        await workbench.choice(NAME).click();
        await debug.running();
        await workbench.showDebugSideBar();
      });

      await stage.step('the serial console answers', async () => {
        await workbench.command('Ringside: Open Serial Console');
        await terminal.type('say it works');
        await terminal.shows(/^it works$/m);
      });

      await stage.step('pause', async () => {
        await debug.press('Pause');
        await debug.paused(/pause/i);
        const functions = await debug.functions(2);
        expect(functions.includes('kmain'), `the guest waits under kmain: ${functions.join()}`);
      });

      await stage.step('detach: the guest goes on', async () => {
        await debug.press('Disconnect');
        await debug.ended();
        expect(guest.running, 'the VM outlives the session');
      });
    } finally {
      await guest.stop();
    }
  },
};
