/** Lets the user pick a running VM. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { askForJdk, JdkError } from '../server/choice';
import type { Server } from '../server/adapter';
import { DEBUG_TYPE } from '../sessions';
import { vmsIn } from './vms';

interface Item extends vscode.QuickPickItem {
  readonly vm?: string;
  readonly command?: string;
}

/** What to do where no VM runs. */
const NONE: readonly Item[] = [
  {
    label: '$(terminal) Run a Guest in a Terminal…',
    description: 'with a name that can be attached to',
    command: 'ringside.runGuest',
    alwaysShow: true,
  },
];

/** The name of the VM that the user picks; undefined if none. */
export function pickVm(server: Server): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = 'Ringside: attach to a running VM';
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.buttons = [{ iconPath: new vscode.ThemeIcon('refresh'), tooltip: 'Look again' }];
  const disposables: vscode.Disposable[] = [picker];
  const look = async () => {
    picker.busy = true;
    picker.placeholder = 'Looking for running VMs…';
    try {
      const vms = vmsIn(await server.output('ps'));
      picker.items = vms.length > 0 ? vms.map(itemOf) : NONE;
      picker.placeholder =
        vms.length > 0
          ? 'Name of a VM'
          : 'No VM runs under a name. Start one: ringside run --name NAME GUEST';
    } catch (error) {
      picker.hide();
      await showProblem(error);
    } finally {
      picker.busy = false;
    }
  };
  return new Promise<string | undefined>((resolve) => {
    disposables.push(
      picker.onDidTriggerButton(() => void look()),
      picker.onDidAccept(() => {
        const [item] = picker.selectedItems;
        resolve(item?.vm);
        if (item?.command !== undefined) {
          void vscode.commands.executeCommand(item.command);
        }
        picker.hide();
      }),
      picker.onDidHide(() => {
        resolve(undefined);
      }),
    );
    picker.show();
    void look();
  }).finally(() => {
    vscode.Disposable.from(...disposables).dispose();
  });
}

function itemOf(vm: ReturnType<typeof vmsIn>[number]): Item {
  return {
    label: `$(vm-running) ${vm.name}`,
    description: vm.guest === undefined ? '' : basename(vm.guest),
    detail: [vm.pid === undefined ? '' : `process ${vm.pid}`, vm.guest ?? '']
      .filter(Boolean)
      .join(' · '),
    vm: vm.name,
  };
}

async function showProblem(error: unknown): Promise<void> {
  if (error instanceof JdkError) {
    await askForJdk(error);
  } else {
    const why = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`The running VMs cannot be listed: ${why}`);
  }
}

/** *Ringside: Attach to a Running VM…* */
export async function attach(server: Server): Promise<void> {
  const vm = await pickVm(server);
  if (vm !== undefined) {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const attached = await vscode.debug.startDebugging(folder, {
      type: DEBUG_TYPE,
      request: 'attach',
      name: `Attach to ${vm}`,
      vm,
    });
    if (attached) {
      // VS Code shows the side bar's debug view by itself only at a first stop.
      await vscode.commands.executeCommand('workbench.view.debug');
    }
  }
}
