/** Goes to the code at an address: its source, or its disassembly where there is none. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Focus } from './focus';
import type { Code } from './nodes';
import { reason } from './edit';

const SCHEME = 'ringside-disassembly';
/** How many instructions of a function without an end are shown. */
const LENGTH = 200;

export interface CodeViews extends vscode.Disposable {
  showCode(code: Code): Promise<void>;
  showDisassembly(code: Code): Promise<void>;
}

export function createCodeViews(focus: Focus): CodeViews {
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ query }) => {
      const session = focus.session;
      if (!session) {
        return '# The debug session has ended.';
      }
      try {
        const { instructions } = await session.standard<
          DebugProtocol.DisassembleResponse['body'] & object
        >('disassemble', {
          memoryReference: query,
          instructionCount: LENGTH,
          resolveSymbols: true,
        });
        return listing(instructions);
      } catch (error) {
        return `# ${reason(error)}`;
      }
    },
  });
  const showDisassembly = async ({ address, name }: Code) => {
    const path = `/${name.replace(/[^\w.$-]/g, '_')}.s`;
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: SCHEME, path, query: address }),
    );
    await vscode.window.showTextDocument(document, { preview: true });
  };
  const showCode = async (code: Code) => {
    const file = code.source === undefined ? undefined : vscode.Uri.file(code.source);
    if (!file || !(await exists(file))) {
      await showDisassembly(code);
      return;
    }
    const line = Math.max(0, (code.line ?? 1) - 1);
    await vscode.window.showTextDocument(file, {
      preview: true,
      selection: new vscode.Range(line, 0, line, 0),
    });
  };
  return {
    showCode,
    showDisassembly,
    dispose: () => {
      provider.dispose();
    },
  };
}

/** One function: up to where the next symbol begins. */
export function listing(instructions: readonly DebugProtocol.DisassembledInstruction[]): string {
  const next = instructions.findIndex((one, i) => i > 0 && startsSymbol(one));
  const shown = next < 0 ? instructions : instructions.slice(0, next);
  const bytes = Math.min(30, Math.max(...shown.map((one) => one.instructionBytes?.length ?? 0)));
  return shown
    .map((one, i) => {
      const { address, instructionBytes = '', instruction, symbol } = one;
      const heading = symbol !== undefined && (i === 0 || startsSymbol(one)) ? `${symbol}:\n` : '';
      return `${heading}  ${address}  ${instructionBytes.padEnd(bytes)}  ${instruction}`;
    })
    .join('\n');
}

const startsSymbol = ({ symbol }: DebugProtocol.DisassembledInstruction) =>
  symbol !== undefined && !/\+0x[\da-f]+$/.test(symbol);

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
