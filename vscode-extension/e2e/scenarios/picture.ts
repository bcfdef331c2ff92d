/** The README's picture: a paused kernel with its source, its VMCS and its VM exits. */
import { join } from 'node:path';
import { Debug } from '../pages/debug';
import { Editor } from '../pages/editor';
import { Views } from '../pages/views';
import { Workbench } from '../pages/workbench';
import { expect } from '../runner';
import { copySamples, lineOf } from '../samples';
import type { Scenario } from './scenario';

export const picture: Scenario = {
  name: 'picture',
  settings: { 'editor.minimap.enabled': false, 'editor.fontSize': 13, 'debug.inlineValues': 'off' },
  traced: false,
  extra: true,
  run: async (stage) => {
    const { browser, server } = stage;
    const workbench = new Workbench(browser.page);
    const editor = new Editor(browser.page);
    const debug = new Debug(browser.page);
    const views = new Views(workbench);
    const samples = copySamples(server.folder);
    const line = lineOf(join(samples, 'rings', 'syscall.c'), 'put_char(text[i]);');
    const send = lineOf(join(samples, 'common', 'console.c'), '/* trap: send */');

    await stage.step('a kernel paused in a system call, with its VMCS and VM exits', async () => {
      await workbench.open(server.address(join(samples, 'rings')), server.theme);
      await workbench.openFile('syscall.c');
      await editor.goToLine(line);
      await editor.clickGutter(line);
      await editor.breakpoints.first().waitFor();
      await browser.page.keyboard.press('F5');
      await editor.standsOn(line);
      await debug.paused(/breakpoint/i);
      await debug.press('Step Into');
      await workbench.tab('console.c').waitFor();
      await debug.functions(6);
      await debug.press('Step Over');
      await editor.standsOn(send);
      await workbench.widenSideBar(560);
      for (const pane of ['Watch', 'Loaded Scripts', 'Breakpoints', 'Variables']) {
        await workbench.closePane(pane);
      }
      const vmcs = await views.tree('VMCS');
      await vmcs.find('Guest state', 'GUEST_RIP');
      const exits = await views.tree('VM Exits');
      await exits.find('IO_INSTRUCTION');
      await workbench.raisePane('Loaded Scripts', 150);
      const functions = await debug.functions(4);
      expect(functions.includes('user_main'), `the stack reaches ring 3: ${functions.join()}`);
      await browser.page.mouse.move(900, 500);
      await browser.screenshot(join('media', 'screenshot.png'));
    });

    await stage.step('the same with the trap-cost page beside it', async () => {
      await workbench.command('Ringside: Open Trap Cost');
      await views.trapCost();
      await debug.press('Stop');
      await debug.ended();
    });
  },
};
