/**
 * Ringside's own requests and events, as dap-server/README.md documents them. The Java side has the
 * same types in `dev.ringside.dap.message`.
 */
import type { Profile } from './profile';

/** Part of a VMCS field, a page-table entry or a register. */
export interface NamedBits {
  readonly name: string;
  /** `7` or `11:8`. */
  readonly bits: string;
  readonly value: number;
  readonly meaning: string;
}

export interface VmcsField {
  readonly name: string;
  /** `0x…`. */
  readonly encoding: string;
  /** `0x…`; absent where `problem` says why. */
  readonly value?: string;
  readonly problem?: string;
  readonly bits: readonly NamedBits[];
}

export interface VmcsGroup {
  readonly name: string;
  readonly fields: readonly VmcsField[];
}

export interface VmcsResponse {
  readonly groups: readonly VmcsGroup[];
}

export interface WalkArguments {
  /** `0x…` walks the guest's page tables, `phys:0x…` the EPT. */
  readonly address: string;
  readonly threadId?: number;
}

export interface WalkLevel {
  readonly name: string;
  readonly index: number;
  /** Where the entry lies: `phys:0x…`. */
  readonly address: string;
  readonly entry: string;
  readonly bits: readonly NamedBits[];
}

export interface WalkResponse {
  readonly title: string;
  readonly levels: readonly WalkLevel[];
  /** `phys:0x…`; absent after a fault. */
  readonly result?: string;
  readonly end: string;
}

export interface TablesArguments {
  readonly table: 'gdt' | 'idt';
  readonly threadId?: number;
}

export interface TableEntry {
  readonly index: number;
  readonly raw: string;
  readonly description: string;
  readonly target: string;
}

export interface TablesResponse {
  readonly table: string;
  readonly base: string;
  readonly limit: number;
  readonly entries: readonly TableEntry[];
}

export interface ProfileArguments {
  readonly enable?: boolean;
  readonly events?: boolean;
}

export interface SerialInputArguments {
  readonly text?: string;
  /** Base64. */
  readonly data?: string;
}

/** Every custom request: its arguments and its response's body. */
export interface Requests {
  'ringside/vmcs': [{ readonly threadId?: number }, VmcsResponse];
  'ringside/walk': [WalkArguments, WalkResponse];
  'ringside/tables': [TablesArguments, TablesResponse];
  'ringside/profile': [ProfileArguments, Profile];
  'ringside/serialInput': [SerialInputArguments, unknown];
}

export interface Status {
  readonly state: 'running' | 'stopped' | 'ended';
  readonly description: string;
  readonly backend: string;
}

/** Every custom event and its body. */
export interface Events {
  /** Rows that have changed since the last event, as totals. */
  'ringside/profile': { readonly profile: Profile };
  /** What COM1 sent, in base64. */
  'ringside/serialOutput': { readonly data: string };
  'ringside/status': Status;
}
