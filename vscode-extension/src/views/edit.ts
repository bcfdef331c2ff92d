/** Setting values: by typing, and bit by bit. */
import * as vscode from 'vscode';
import type { RingsideSession } from '../sessions';
import { hex, part, withPart } from './bits';
import type { Edit } from './nodes';

/** Why the text cannot be a value of so many bits; undefined if it can. Expressions are the server's to judge. */
export function wrongValue(text: string, width: number): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') {
    return 'Enter a value: 0x…, a decimal number or an expression.';
  }
  if (!/^-?\d/.test(trimmed)) {
    return undefined;
  }
  const value = parsed(trimmed);
  if (value === undefined) {
    // 2 + 3 is an expression, 0xfg is a slip.
    return /^\w+$/.test(trimmed) ? `${trimmed} is not a number.` : undefined;
  }
  const fits = value < 1n << BigInt(width) && value >= -(1n << BigInt(width - 1));
  return fits ? undefined : `${trimmed} does not fit into ${width} bits.`;
}

/** A number as C writes it; undefined if it is none. */
export function parsed(text: string): bigint | undefined {
  const match = /^(-?)(0x[\da-f]+|0b[01]+|\d+)$/i.exec(text.trim());
  const digits = match?.[2];
  return digits === undefined ? undefined : BigInt(digits) * (match?.[1] ? -1n : 1n);
}

/** Asks for a new value until the server takes it or the user leaves. */
export function editValue(session: RingsideSession, edit: Edit): void {
  const [high, low] = edit.part ?? [edit.width - 1, 0];
  const width = high - low + 1;
  const input = vscode.window.createInputBox();
  input.title = `Set ${edit.name}`;
  input.value = edit.part ? hex(part(BigInt(edit.value), high, low)) : edit.value;
  input.prompt = `${width} bits: 0x…, a decimal number${edit.part ? '' : ' or an expression'}. Enter sets it, Escape leaves it.`;
  const wrong = (): string | undefined =>
    wrongValue(input.value, width) ??
    (edit.part && parsed(input.value) === undefined ? 'Enter a number.' : undefined);
  const accept = async () => {
    const problem = wrong();
    if (problem !== undefined) {
      input.validationMessage = problem;
      return;
    }
    input.enabled = false;
    input.busy = true;
    try {
      await set(session, edit, input.value.trim());
      input.hide();
    } catch (error) {
      input.validationMessage = reason(error);
    } finally {
      input.enabled = true;
      input.busy = false;
    }
  };
  const disposables = [
    input,
    input.onDidChangeValue(() => {
      input.validationMessage = wrong();
    }),
    input.onDidAccept(() => void accept()),
    input.onDidHide(() => {
      vscode.Disposable.from(...disposables).dispose();
    }),
  ];
  input.show();
}

/** Sets a bit that is clear, and clears one that is set. */
export async function flipBit(session: RingsideSession, edit: Edit): Promise<void> {
  const bit = edit.part?.[1] ?? 0;
  try {
    await set(session, edit, part(BigInt(edit.value), bit, bit) === 0 ? '1' : '0');
  } catch (error) {
    void vscode.window.showErrorMessage(`${edit.name} stays as it is: ${reason(error)}`);
  }
}

async function set(session: RingsideSession, edit: Edit, text: string): Promise<void> {
  let value = text;
  if (edit.part) {
    const [high, low] = edit.part;
    value = hex(withPart(BigInt(edit.value), high, low, parsed(text) ?? 0n));
  }
  await session.standard('setExpression', {
    expression: edit.expression,
    value,
    frameId: session.frameId,
  });
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
