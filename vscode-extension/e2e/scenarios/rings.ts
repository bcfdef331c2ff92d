/** A first session, from an empty profile: everything a person does with samples/rings. */
import { join } from 'node:path';
import { Debug } from '../pages/debug';
import { Editor } from '../pages/editor';
import { Views } from '../pages/views';
import { Workbench } from '../pages/workbench';
import { eventually, expect, type Stage } from '../runner';
import { copySamples, lineOf } from '../samples';
import type { Scenario } from './scenario';

export const rings: Scenario = {
  name: 'rings',
  settings: {},
  traced: true,
  run: async (stage) => {
    const page = stage.browser.page;
    const workbench = new Workbench(page);
    const editor = new Editor(page);
    const debug = new Debug(page);
    const views = new Views(workbench);
    const samples = copySamples(stage.server.folder);
    const kernel = join(samples, 'rings', 'kernel.c');
    const breakpoint = lineOf(kernel, '  pages_init();');

    await opening(stage, workbench, samples);
    await firstStop(stage, workbench, editor, debug, breakpoint);
    await looking(stage, workbench, debug);
    await stepping(stage, workbench, editor, debug, breakpoint);
    await editing(stage, debug);
    await catching(stage, debug);
    await lower(stage, workbench, views, debug);
    await running(stage, workbench, views, debug);
    await costing(stage, workbench, views);
    await stage.step('stop', async () => {
      await debug.press('Stop');
      await debug.ended();
    });
  },
};

async function opening(stage: Stage, workbench: Workbench, samples: string): Promise<void> {
  await stage.step('open samples/rings as a folder', async () => {
    await workbench.open(stage.server.address(join(samples, 'rings')), stage.server.theme);
    const files = await workbench.files.allInnerTexts();
    expect(
      files.some((file) => file.includes('kernel.c')),
      `the explorer lists kernel.c: ${files.join(' ')}`,
    );
  });

  await stage.step('the extension is installed from the VSIX', async () => {
    await workbench.page.keyboard.press('Control+Shift+X');
    const entry = workbench.page
      .locator('.extensions-viewlet .monaco-list-row')
      .filter({ hasText: 'Ringside' });
    await entry.first().waitFor();
    await entry.first().locator('.installed-status, .author, .publisher').first().waitFor();
  });
}

async function firstStop(
  stage: Stage,
  workbench: Workbench,
  editor: Editor,
  debug: Debug,
  line: number,
): Promise<void> {
  await stage.step('click a breakpoint into the gutter', async () => {
    await workbench.openFile('kernel.c');
    await editor.goToLine(line);
    await editor.clickGutter(line);
    await editor.breakpoints.first().waitFor();
    expect((await editor.breakpoints.count()) === 1, 'there is one breakpoint in the gutter');
  });

  await stage.step('F5, without a launch.json, stops at the breakpoint', async () => {
    await workbench.page.keyboard.press('F5');
    await editor.standsOn(line);
    await debug.paused(/breakpoint/i);
  });
}

async function looking(stage: Stage, workbench: Workbench, debug: Debug): Promise<void> {
  await stage.step('the call stack', async () => {
    const functions = await debug.functions(2);
    expect(functions.join() === 'kmain,long_mode', `kmain under long_mode: ${functions.join()}`);
  });

  await stage.step('locals', async () => {
    await workbench.closePane('Watch');
    await workbench.closePane('Loaded Scripts');
    await debug.shows(['Locals', 'loops'], /^1000$/);
  });

  let rip = '';
  await stage.step('registers', async () => {
    await debug.variables.collapse('Arguments', 1);
    rip = firstWord(await debug.shows(['Registers', 'General', 'rip'], /^0x[0-9a-f]+/));
    await debug.variables.collapse('General', 2);
    await debug.variables.collapse('Registers', 1);
  });

  await stage.step('the VMCS scope', async () => {
    const value = await debug.shows(['VMCS', 'Guest state', 'GUEST_RIP'], /^0x/);
    expect(firstWord(value) === rip, `GUEST_RIP ${value} is rip ${rip}`);
  });
}

async function stepping(
  stage: Stage,
  workbench: Workbench,
  editor: Editor,
  debug: Debug,
  from: number,
): Promise<void> {
  await stage.step('step over', async () => {
    await debug.press('Step Over');
    await editor.standsOn(from + 1);
  });

  await stage.step('step into', async () => {
    await debug.press('Step Into');
    await workbench.tab('pic.c').waitFor();
    const functions = await debug.functions(3);
    expect(functions[0] === 'pic_init', `innermost is pic_init: ${functions.join()}`);
  });

  await stage.step('step out', async () => {
    await debug.press('Step Out');
    await workbench.tab('kernel.c').waitFor();
    await editor.standsOn(from + 2);
  });
}

async function editing(stage: Stage, debug: Debug): Promise<void> {
  await stage.step('edit a VMCS field', async () => {
    const field = ['VMCS', 'Guest state', 'GUEST_IA32_SYSENTER_EIP'];
    await debug.edit(field, '0x123000');
    await debug.shows(field, /^0x123000\b/);
    await debug.variables.collapse('VMCS', 1);
    await debug.shows(['Registers', 'MSRs', 'IA32_SYSENTER_EIP'], /^0x123000\b/);
    await debug.variables.collapse('MSRs', 2);
  });

  await stage.step('edit a register', async () => {
    await debug.edit(['Registers', 'General', 'r15'], '0x1234');
    await debug.shows(['Registers', 'General', 'r15'], /^0x1234\b/);
    await debug.variables.collapse('Registers', 1);
  });

  await stage.step('edit a variable: a billion system calls', async () => {
    await debug.edit(['Locals', 'loops'], '1000000000');
    await debug.shows(['Locals', 'loops'], /^1000000000$/);
  });
}

async function catching(stage: Stage, debug: Debug): Promise<void> {
  await stage.step('stop on a VM exit that a condition chooses', async () => {
    await debug.filter('VM exit: IO_INSTRUCTION', true, "port == 0x3f8 && value == 'r'");
    await debug.press('Continue');
    await debug.paused(/VM exit: IO_INSTRUCTION/);
    const functions = await debug.functions(3);
    expect(functions[0] === 'put_char', `the OUT is put_char's: ${functions.join()}`);
  });

  await stage.step('stop on a ring transition', async () => {
    await debug.filter('VM exit: IO_INSTRUCTION', false);
    await debug.filter('Ring transition: 3 → 0', true);
    await debug.press('Continue');
    await debug.paused(/Ring transition: 3 → 0/);
    await debug.filter('Ring transition: 3 → 0', false);
  });
}

/** Below the source: instructions and memory. */
async function lower(
  stage: Stage,
  workbench: Workbench,
  views: Views,
  debug: Debug,
): Promise<void> {
  let address = '';
  let bytes = '';
  await stage.step('disassembly', async () => {
    await workbench.command('Open Disassembly View');
    await eventually(
      'a screen of instructions',
      () => debug.instructions.count(),
      (count) => count >= 10,
    );
    const current = debug.instructions.filter({
      has: workbench.page.locator('.codicon-debug-stackframe'),
    });
    await current.first().waitFor();
    const text = (await current.first().innerText()).replaceAll(/\s+/g, ' ');
    const match = /(0x[0-9a-f]+) ((?:[0-9a-f]{2} )+)/.exec(text);
    expect(match !== null, `the current instruction has its address and bytes: ${text}`);
    [, address = '', bytes = ''] = match;
  });

  await stage.step('memory shows the same bytes as the disassembly', async () => {
    const memory = await views.memory();
    await memory.goTo(address);
    for (const [i, byte] of bytes.trim().split(' ').entries()) {
      await memory.shows(BigInt(address) + BigInt(i), byte);
    }
  });
}

/** The guest runs, and figures move. */
async function running(
  stage: Stage,
  workbench: Workbench,
  views: Views,
  debug: Debug,
): Promise<void> {
  await stage.step('VM exits count up while the guest runs', async () => {
    await workbench.closePane('Memory');
    const exits = await views.tree('VM Exits');
    await debug.press('Continue');
    await debug.running();
    const count = async () => (await exits.find('EXTERNAL_INTERRUPT')).innerText();
    const before = await count();
    const later = await eventually('the figures move', count, (text) => text !== before);
    stage.figure('EXTERNAL_INTERRUPT', later.replaceAll(/\s+/g, ' '));
  });

  await stage.step('rings move too', async () => {
    const rows = await views.tree('Rings');
    const read = async () => (await rows.texts()).join('|');
    const before = await eventually('rows', read, (text) => /\d/.test(text));
    await eventually('the figures move', read, (text) => text !== before);
  });
}

/** What traps cost, down to a line of source. */
async function costing(stage: Stage, workbench: Workbench, views: Views): Promise<void> {
  await stage.step('the trap-cost page', async () => {
    await workbench.command('Ringside: Open Trap Cost');
    const page = await views.trapCost();
    await eventually(
      'rows of exits',
      () => page.texts(),
      (rows) => rows.some((row) => row.includes('EXTERNAL_INTERRUPT')),
    );
  });

  await stage.step('sort it by count', async () => {
    const page = await views.trapCost();
    const first = await page.sort('Count');
    const second = await page.sort('Count');
    expect(first !== second, `a second click turns the order: ${first}, ${second}`);
  });

  await stage.step('click through to a source line', async () => {
    const page = await views.trapCost();
    await page.button('Expand').click();
    await page.sources.first().click();
    await workbench.page
      .locator('.tabs-container .tab.active')
      .filter({ hasText: /\.(c|S|h)$/ })
      .waitFor();
  });
}

/** A value's plain part: `0x101040 <kmain>` is 0x101040. */
function firstWord(value: string): string {
  return value.split(' ', 1)[0] ?? '';
}
