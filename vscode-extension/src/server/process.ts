/** The server of one debug session, as a debug adapter: its process, and what becomes of it. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { Decoder, encoded } from './framing';
import type { Log } from './log';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** How long a server may take to write its profile and leave once its session is over. */
const GRACE = 5_000;
/** How much of standard error is kept for an error message. */
const TAIL = 4_000;

export function startAdapter(command: Command, log: Log): vscode.DebugAdapter {
  return new ServerProcess(command, log);
}

class ServerProcess implements vscode.DebugAdapter {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly decoder = new Decoder();
  private readonly messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  /** Requests without a response so far, by `seq`. */
  private readonly open = new Map<number, DebugProtocol.Request>();
  private errors = '';
  /** Why there is no process any more. */
  private end: string | undefined;
  private answered = false;
  private over = false;

  readonly onDidSendMessage = this.messages.event;

  constructor(
    private readonly command: Command,
    private readonly log: Log,
  ) {
    log.server(`${command.file} ${command.args.join(' ')}`);
    this.process = spawn(command.file, command.args, { stdio: 'pipe', windowsHide: true });
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.decoder.feed(chunk).forEach((message) => {
        this.received(message);
      });
    });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-TAIL);
      log.server(text);
    });
    // A write to a server that has gone: `close` says so.
    this.process.stdin.on('error', () => undefined);
    this.process.on('error', (error) => {
      this.ended(`${command.file} cannot be started: ${error.message}`);
    });
    this.process.on('close', (status, signal) => {
      this.ended(this.explanation(status, signal));
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const request = message as DebugProtocol.Request;
    this.log.sent(request);
    if (request.type === 'request') {
      this.open.set(request.seq, request);
    }
    if (this.end === undefined) {
      this.process.stdin.write(encoded(request));
    } else {
      this.refuse();
    }
  }

  dispose(): void {
    this.over = true;
    this.process.stdin.end();
    const process = this.process;
    setTimeout(() => {
      if (process.exitCode === null && process.signalCode === null) {
        process.kill();
      }
    }, GRACE).unref();
    this.messages.dispose();
  }

  private received(message: DebugProtocol.ProtocolMessage): void {
    this.answered = true;
    this.log.received(message);
    if (message.type === 'response') {
      this.open.delete((message as DebugProtocol.Response).request_seq);
    } else if ((message as DebugProtocol.Event).event === 'terminated') {
      this.over = true;
    }
    if (this.end === undefined) {
      this.messages.fire(message);
    }
  }

  private explanation(status: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `status ${status}` : signal;
    const said = (this.errors.trim() || this.decoder.rest()).split('\n').slice(-8).join('\n');
    return this.answered
      ? `Ringside's server ended with ${how}. ${said}`
      : `Ringside's server did not start: ${said || how} (${this.command.file}, ${how}). ` +
          'The settings ringside.javaHome and ringside.jvmArguments say how it is started.';
  }

  private ended(reason: string): void {
    if (this.end !== undefined) {
      return;
    }
    this.end = reason.trim();
    if (this.over) {
      return;
    }
    this.log.failed(this.end);
    const waiting = this.open.size > 0;
    this.refuse();
    if (this.answered) {
      if (!waiting) {
        this.event('output', { category: 'important', output: `${this.end}\n` });
      }
      this.event('terminated', {});
    }
  }

  /** Answers what nobody else will answer. */
  private refuse(): void {
    const format = this.end ?? '';
    for (const request of this.open.values()) {
      const response: DebugProtocol.ErrorResponse = {
        type: 'response',
        seq: 0,
        request_seq: request.seq,
        command: request.command,
        success: false,
        message: format,
        body: { error: { id: 2001, format: '{_why}', variables: { _why: format }, showUser: true } },
      };
      this.messages.fire(response);
    }
    this.open.clear();
  }

  private event(event: string, body: object): void {
    const message: DebugProtocol.Event = { type: 'event', seq: 0, event, body };
    this.messages.fire(message);
  }
}
