import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugClient } from '@vscode/debugadapter-testsupport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchOf, Servers, source } from './ringside';

const HELLO = source('hello/hello.c');

let servers: Servers;
let client: DebugClient;

beforeEach(async () => {
  servers = new Servers();
  client = await servers.stdio();
});

afterEach(() => servers.stop());

/** Launches a guest, with filters, up to `configurationDone`. */
async function start(configuration: object, filters: string[] = []): Promise<void> {
  await Promise.all([
    client
      .waitForEvent('initialized')
      .then(() => client.setExceptionBreakpointsRequest({ filters }))
      .then(() => client.configurationDoneRequest()),
    client.launch(configuration),
  ]);
}

async function ended(): Promise<number> {
  const [exited] = await Promise.all([
    client.waitForEvent('exited') as Promise<DebugProtocol.ExitedEvent>,
    client.waitForEvent('terminated'),
  ]);
  return exited.body.exitCode;
}

async function frames(): Promise<DebugProtocol.StackFrame[]> {
  return (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
}

async function value(expression: string, frameId: number): Promise<string> {
  const { body } = await client.evaluateRequest({ expression, frameId, context: 'watch' });
  return body.result;
}

describe('a session that does not come about', () => {
  it('refuses a request that it does not know', async () => {
    await client.initializeRequest();
    await expect(client.customRequest('illegal')).rejects.toThrow(/illegal/);
  });

  it('says what is wrong with the guest and ends', async () => {
    const terminated = client.waitForEvent('terminated');
    await expect(client.launch({ program: '/nowhere/kernel.elf' })).rejects.toThrow(
      /\/nowhere\/kernel\.elf/,
    );
    await terminated;
  });

  it('does not understand paths as URIs', async () => {
    await expect(
      client.initializeRequest({ adapterID: 'ringside', pathFormat: 'uri' }),
    ).rejects.toThrow(/path/);
  });
});

describe('breakpoints', () => {
  it('stops where the red dot is', async () => {
    await client.hitBreakpoint(launchOf('hello'), { path: HELLO, line: 95 });
    expect((await frames())[0]?.name).toBe('kmain');
  });

  it('moves a breakpoint off a line without code, and says so', async () => {
    await client.hitBreakpoint(
      launchOf('hello'),
      { path: HELLO, line: 94 },
      { path: HELLO, line: 95 },
      { path: HELLO, line: 95, verified: true },
    );
  });

  it('shows the stack, the scopes and the variables of the stop', async () => {
    await client.hitBreakpoint(launchOf('hello'), { path: HELLO, line: 72 });
    const [top, caller] = await frames();
    expect([top?.name, caller?.name]).toEqual(['walk_list', 'kmain']);
    const { scopes } = (await client.scopesRequest({ frameId: top?.id ?? 0 })).body;
    expect(scopes.map((scope) => scope.name).slice(0, 5)).toEqual([
      'Arguments',
      'Locals',
      'Statics',
      'Registers',
      'VMCS',
    ]);
    const locals = scopes.find((scope) => scope.name === 'Locals');
    const { variables } = (
      await client.variablesRequest({ variablesReference: locals?.variablesReference ?? 0 })
    ).body;
    expect(variables.find((variable) => variable.name === 'total')?.value).toBe('0');
    expect(variables.find((variable) => variable.name === 'node')?.value).toContain('<first>');
  });

  it('steps over, into and out of functions', async () => {
    await client.hitBreakpoint(launchOf('hello'), { path: HELLO, line: 95 });
    await Promise.all([
      client.stepInRequest({ threadId: 1 }),
      client.assertStoppedLocation('step', { path: HELLO, line: 47 }),
    ]);
    await Promise.all([
      client.nextRequest({ threadId: 1 }),
      client.assertStoppedLocation('step', { path: HELLO, line: 48 }),
    ]);
    await Promise.all([
      client.stepOutRequest({ threadId: 1 }),
      client.assertStoppedLocation('step', { path: HELLO, line: 95 }),
    ]);
    expect((await frames())[0]?.name).toBe('kmain');
  });

  it('edits a variable, and the guest computes with it', async () => {
    await client.hitBreakpoint(launchOf('hello'), { path: HELLO, line: 96 });
    const frameId = (await frames())[0]?.id ?? 0;
    const { scopes } = (await client.scopesRequest({ frameId })).body;
    const locals = scopes.find((scope) => scope.name === 'Locals')?.variablesReference ?? 0;
    await client.setVariableRequest({ variablesReference: locals, name: 'result', value: '6 * 7' });
    expect(await value('result', frameId)).toBe('42');
    await Promise.all([
      client.assertOutput('stdout', 'factorial(10) = 42 in 10 calls\n'),
      client.continueRequest({ threadId: 1 }),
    ]);
  });

  it('goes to the same stop after a restart', async () => {
    await client.hitBreakpoint(launchOf('hello'), { path: HELLO, line: 99 });
    await Promise.all([
      client.assertStoppedLocation('breakpoint', { path: HELLO, line: 99 }),
      client.restartRequest({ arguments: launchOf('hello') }),
    ]);
    expect(await value('calls', (await frames())[0]?.id ?? 0)).toBe('10');
  });
});

describe('VM exits', () => {
  it('stops at CPUID and explains the stop', async () => {
    await Promise.all([
      client.assertStoppedLocation('exception', { path: /instructions\.c$|kernel\.c$|boot\.S$/ }),
      start(launchOf('traps'), ['exit:CPUID']),
    ]);
    const { body } = await client.exceptionInfoRequest({ threadId: 1 });
    expect(body.exceptionId).toBe('exit:CPUID');
    expect(body.description).toBe('VM exit: CPUID (10)');
  });

  it('obeys the condition of a filter', async () => {
    await Promise.all([
      client.assertStoppedLocation('exception', {}),
      client
        .waitForEvent('initialized')
        .then(() =>
          client.setExceptionBreakpointsRequest({
            filters: [],
            filterOptions: [{ filterId: 'exit:IO_INSTRUCTION', condition: 'port == 0x604' }],
          }),
        )
        .then(() => client.configurationDoneRequest()),
      client.launch(launchOf('hello')),
    ]);
    expect((await frames())[0]?.name).toBe('power_off');
    expect(await value('$dx', (await frames())[0]?.id ?? 0)).toBe('0x604');
  });
});

describe("the guest's end", () => {
  it('reports what COM1 printed, then the exit status', async () => {
    await Promise.all([
      client.assertOutput('stdout', 'Hello from ring 0, in long mode.\n'),
      start(launchOf('hello')),
      expect(ended()).resolves.toBe(0),
    ]);
  });

  it('has the status of isa-debug-exit', async () => {
    await Promise.all([
      start(launchOf('traps', { cmdline: 'exit=21' })),
      expect(ended()).resolves.toBe((21 << 1) | 1),
    ]);
  });

  it('is 70 after a triple fault that nobody wanted to stop at', async () => {
    await Promise.all([
      client.assertOutput('stderr', 'triple fault'),
      start(launchOf('traps', { cmdline: 'triple' })),
      expect(ended()).resolves.toBe(70),
    ]);
  });

  it('comes at once when the client terminates', async () => {
    await start(launchOf('rings', { cmdline: 'loops=2000000000' }));
    const [status] = await Promise.all([ended(), client.terminateRequest()]);
    expect(status).toBe(0);
  });

  it('is not held up by breakpoints without debugging', async () => {
    const stops: unknown[] = [];
    client.on('stopped', (event) => stops.push(event));
    await Promise.all([
      client
        .waitForEvent('initialized')
        .then(() =>
          client.setBreakpointsRequest({ source: { path: HELLO }, breakpoints: [{ line: 95 }] }),
        )
        .then(() => client.configurationDoneRequest()),
      client.launch(launchOf('hello', { noDebug: true })),
      expect(ended()).resolves.toBe(0),
    ]);
    expect(stops).toEqual([]);
  });
});
