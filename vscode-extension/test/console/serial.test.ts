import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import type { FakeTerminal } from '../fake/vscode';
import { registerSerialConsoles, withSerialConsole } from '../../src/console/serial';
import { FakeSessions, fakeSession } from '../live/sessions';

const fake = vscode as unknown as {
  terminals: FakeTerminal[];
  settings: Map<string, unknown>;
};
const configuration = { program: '/x/monitor.elf', serial: 'events' };
const output = (text: string) => ({ data: Buffer.from(text).toString('base64') });
const first = (): FakeTerminal => fake.terminals[0] as FakeTerminal;

beforeEach(() => {
  fake.terminals.length = 0;
  fake.settings.clear();
});

describe('a serial console', () => {
  it('opens with its session, named after the guest, without taking the focus', () => {
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    sessions.begin(fakeSession(configuration).session);
    expect(first().name).toBe('monitor (serial)');
    expect([first().shown, first().stoleFocus]).toEqual([1, false]);
  });

  it('shows what the guest prints', async () => {
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    const { session } = fakeSession(configuration);
    sessions.begin(session);
    sessions.serial.fire({ session, body: output('> ') });
    sessions.serial.fire({ session, body: output('hello\n') });
    await vi.waitFor(() => {
      expect(first().text).toBe('> hello\r\n');
    });
  });

  it('sends what is typed as it is, and what is pasted in pieces and in order', async () => {
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    const { session, sent } = fakeSession(configuration, { 'ringside/serialInput': {} });
    sessions.begin(session);
    for (const key of ['x', '\r', '\x7f', '\x03', '\x1b[A', 'y'.repeat(3000)]) {
      first().pty.handleInput?.(key);
    }
    await vi.waitFor(() => {
      expect(sent).toHaveLength(8);
    });
    expect(sent.map(({ body }) => (body as { text: string }).text).join('')).toBe(
      `x\r\x7f\x03\x1b[A${'y'.repeat(3000)}`,
    );
  });

  it('says how the guest ended, takes no more keys, and serves the next run', async () => {
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    const { session, sent } = fakeSession(configuration);
    sessions.begin(session);
    sessions.serial.fire({ session, body: output('bye') });
    session.exitCode = 0;
    session.status = { state: 'ended', description: 'the guest powered off', backend: 'soft' };
    sessions.end.fire(session);
    first().pty.handleInput?.('x');
    await vi.waitFor(() => {
      expect(first().text).toContain('bye\r\n');
      expect(first().text).toContain('[the guest powered off (status 0)]');
    });
    expect(sent).toEqual([]);
    sessions.begin(fakeSession(configuration).session);
    expect(fake.terminals).toHaveLength(1);
    expect(first().shown).toBe(2);
  });

  it('has everything again after the user closed the terminal', async () => {
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    const { session } = fakeSession(configuration);
    sessions.begin(session);
    sessions.serial.fire({ session, body: output('one\n') });
    first().dispose();
    sessions.serial.fire({ session, body: output('two\n') });
    sessions.active = session;
    await vscode.commands.executeCommand('ringside.openSerialConsole');
    expect(fake.terminals).toHaveLength(2);
    expect(fake.terminals[1]?.text).toContain('one\r\ntwo\r\n');
  });

  it('waits for the first output where that is wanted', () => {
    fake.settings.set('ringside.serialConsole', 'onOutput');
    const sessions = new FakeSessions();
    registerSerialConsoles(sessions.real);
    const { session } = fakeSession(configuration);
    sessions.begin(session);
    expect(fake.terminals).toHaveLength(0);
    sessions.serial.fire({ session, body: output('x') });
    expect(first().shown).toBe(1);
  });
});

describe('a configuration', () => {
  const plain = { type: 'ringside', request: 'launch', name: 'x' };

  it('gets the serial console, unless it says where COM1 goes or nobody wants a terminal', () => {
    expect(withSerialConsole(plain)['serial']).toBe('events');
    expect(withSerialConsole({ ...plain, serial: 'output' })['serial']).toBe('output');
    expect(withSerialConsole({ ...plain, gdbRemote: 'localhost:1' })['serial']).toBeUndefined();
    fake.settings.set('ringside.serialConsole', 'never');
    expect(withSerialConsole(plain)['serial']).toBeUndefined();
  });

  it('leaves the Debug Console behind the terminal, unless the user chose otherwise', () => {
    fake.settings.set('debug.internalConsoleOptions', 'openOnFirstSessionStart');
    expect(withSerialConsole(plain)['internalConsoleOptions']).toBe('neverOpen');
    fake.settings.set('debug.internalConsoleOptions', 'openOnSessionStart');
    expect(withSerialConsole(plain)['internalConsoleOptions']).toBeUndefined();
  });
});
