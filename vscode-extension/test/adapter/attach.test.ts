import type { DebugClient } from '@vscode/debugadapter-testsupport';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitOf, guest, launchOf, lineOf, Servers } from './ringside';

let servers: Servers;

beforeEach(() => {
  servers = new Servers();
});

afterEach(() => servers.stop());

/** Attaches, stops in the system call's handler, and returns the session. */
async function attach(vm: string): Promise<DebugClient> {
  const client = await servers.stdio();
  await client.initializeRequest();
  const [, stopped] = await Promise.all([
    client
      .waitForEvent('initialized')
      .then(() =>
        client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'handle_syscall' }] }),
      )
      .then(({ body }) => {
        expect(body.breakpoints[0]?.verified).toBe(true);
      })
      .then(() => client.configurationDoneRequest()),
    client.assertStoppedLocation('function breakpoint', { path: /syscall\.c$/ }),
    client.customRequest('attach', { vm }),
  ]);
  expect(stopped.body.stackFrames[0]?.name).toBe('handle_syscall');
  return client;
}

it('attaches to a running VM, leaves it running, and ends it when asked', async () => {
  const vm = servers.run(
    'run',
    '--name',
    'adapter',
    '--append',
    'loops=2000000000',
    guest('rings'),
  );
  await lineOf(vm.stdout, /entering ring 3/);

  const first = await attach('adapter');
  await servers.leave(first);
  expect(vm.exitCode).toBeNull();

  const second = await attach('adapter');
  await Promise.all([second.waitForEvent('terminated'), second.terminateRequest()]);
  expect(await exitOf(vm)).toBe(0);
});

it('says which VMs there are when the name is wrong', async () => {
  const client = await servers.stdio();
  await client.initializeRequest();
  await expect(client.customRequest('attach', { vm: 'nobody' })).rejects.toThrow(/ringside ps/);
});

it('serves one session after another on a port', async () => {
  const server = servers.run('dap', '--port', '0');
  const [, port] = await lineOf(server.stderr, /^listening on 127\.0\.0\.1:(\d+)$/);
  for (let i = 0; i < 2; i++) {
    const client = await servers.onPort(Number(port));
    await Promise.all([
      client.configurationSequence(),
      client.launch(launchOf('hello')),
      client.assertOutput('stdout', 'Hello from ring 0'),
      client.waitForEvent('terminated'),
    ]);
    await servers.leave(client);
  }
});
