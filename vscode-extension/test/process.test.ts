import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { Log } from '../src/server/log';
import { startAdapter } from '../src/server/process';

/** A server that is this JavaScript; gives what the client sees until `enough`. */
async function talk(
  script: string,
  requests: DebugProtocol.Request[],
  enough: (seen: DebugProtocol.ProtocolMessage) => boolean,
): Promise<{ seen: DebugProtocol.ProtocolMessage[]; logged: string }> {
  let logged = '';
  const note = (text: string) => {
    logged += text;
  };
  const silent = () => undefined;
  const log: Log = {
    sent: silent,
    received: silent,
    server: note,
    failed: note,
    show: silent,
    dispose: silent,
  };
  const command = { file: process.execPath, args: ['-e', script] };
  const adapter = startAdapter(command, log);
  const seen: DebugProtocol.ProtocolMessage[] = [];
  await new Promise<void>((resolve) => {
    adapter.onDidSendMessage((message) => {
      seen.push(message as DebugProtocol.ProtocolMessage);
      if (enough(message as DebugProtocol.ProtocolMessage)) {
        resolve();
      }
    });
    requests.forEach((request) => {
      adapter.handleMessage(request);
    });
  });
  adapter.dispose();
  return { seen, logged };
}

const request = (seq: number, command: string): DebugProtocol.Request => ({
  type: 'request',
  seq,
  command,
});
const isResponse = (message: DebugProtocol.ProtocolMessage) => message.type === 'response';

const ANSWER = `
  const send = (m) => { const b = JSON.stringify(m); process.stdout.write('Content-Length: ' + b.length + '\\r\\n\\r\\n' + b); };
  send({ type: 'response', seq: 1, request_seq: 1, command: 'initialize', success: true });
`;

describe('startAdapter', () => {
  it('carries messages, and logs what the server says', async () => {
    const { seen, logged } = await talk(
      `${ANSWER} console.error('a remark'); process.stdin.resume();`,
      [request(1, 'initialize')],
      isResponse,
    );
    expect(seen).toMatchObject([{ command: 'initialize', success: true }]);
    expect(logged).toContain(process.execPath);
  });

  it('answers with the reason if the server does not start', async () => {
    const { seen } = await talk(
      'console.error("Unrecognized VM option \'Nonsense\'"); process.exit(1);',
      [request(1, 'initialize')],
      isResponse,
    );
    expect(seen).toMatchObject([{ request_seq: 1, command: 'initialize', success: false }]);
    const text = (seen[0] as DebugProtocol.Response).message;
    expect(text).toContain("Unrecognized VM option 'Nonsense'");
    expect(text).toContain('ringside.jvmArguments');
  });

  it('ends the session, and says why, if the server dies', async () => {
    const { seen } = await talk(
      `${ANSWER} setTimeout(() => { console.error('out of memory'); process.exit(3); }, 20);`,
      [request(1, 'initialize')],
      (message) => (message as DebugProtocol.Event).event === 'terminated',
    );
    const [output] = seen.filter((m) => (m as DebugProtocol.Event).event === 'output');
    expect(output).toMatchObject({ body: { category: 'important' } });
    expect(JSON.stringify(output)).toContain('status 3. out of memory');
  });

  it('answers every open request if the server leaves without a word', async () => {
    const { seen } = await talk(
      'process.exit(0)',
      [request(1, 'a'), request(2, 'b')],
      (message) => (message as DebugProtocol.Response).request_seq === 2,
    );
    expect(seen).toHaveLength(2);
  });
});
