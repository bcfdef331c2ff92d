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
  /** 16, 32 or 64. */
  readonly width: number;
  readonly description: string;
  /** Whether `setExpression` of `vmcs.NAME` may be tried. */
  readonly writable: boolean;
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
  /** `0x…` or an expression walks the guest's page tables, with `phys:` before it the EPT. */
  readonly address: string;
  readonly threadId?: number;
  /** Where an expression is evaluated; the innermost frame if absent. */
  readonly frameId?: number;
}

export interface WalkLevel {
  readonly name: string;
  readonly index: number;
  /** Where the entry stands: `phys:0x…`, in the EPT `host:0x…`. */
  readonly address: string;
  /** Where that is in the host: `host:0x…`. */
  readonly host?: string;
  readonly entry: string;
  /** What the entry refers to, as `result` has it; absent if it is not present. */
  readonly next?: string;
  readonly bits: readonly NamedBits[];
}

export interface WalkResponse {
  readonly title: string;
  /** `0x…` (a gva) or `phys:0x…` (a gpa). */
  readonly address: string;
  readonly levels: readonly WalkLevel[];
  /** `phys:0x…`, of a gpa `host:0x…`; absent after a fault. */
  readonly result?: string;
  readonly end: string;
  /** The EPT walk of a gva's result. */
  readonly ept?: WalkResponse;
}

export interface TablesArguments {
  readonly table: 'gdt' | 'idt' | 'msrs' | 'apic';
  readonly threadId?: number;
}

/** A descriptor or gate. */
export interface TableEntry {
  readonly index: number;
  readonly raw: string;
  readonly description: string;
  readonly target: string;
  readonly present: boolean;
  readonly selector: string;
  /** Of a gate, its vector's: `#PF`. */
  readonly name?: string;
  readonly symbol?: string;
  readonly source?: string;
  readonly line?: number;
}

export interface TableRegister {
  /** An MSR's number, or the offset in the APIC: `0x…`. */
  readonly number: string;
  readonly name: string;
  readonly description: string;
  readonly value?: string;
  readonly problem?: string;
  /** For `setExpression`. */
  readonly expression?: string;
  readonly bits: readonly NamedBits[];
}

/** An interrupt that waits or is being handled. */
export interface PendingInterrupt {
  readonly vector: number;
  readonly name: string;
  readonly target?: string;
  readonly symbol?: string;
}

export interface TablesResponse {
  readonly table: string;
  /** Linear address of a table, physical one of the APIC. */
  readonly base?: string;
  readonly limit?: number;
  readonly entries?: readonly TableEntry[];
  readonly registers?: readonly TableRegister[];
  readonly mode?: 'disabled' | 'xAPIC' | 'x2APIC';
  readonly pending?: readonly PendingInterrupt[];
  readonly inService?: readonly PendingInterrupt[];
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
  'ringside/status': [StatusArguments, Status];
  'ringside/serialInput': [SerialInputArguments, unknown];
}

export interface StatusArguments {
  /** Whether events come while the guest runs, at most 4 a second. */
  readonly events?: boolean;
}

/** What is absent was not asked of the machine at that moment. */
export interface Status {
  readonly state: 'running' | 'stopped' | 'ended';
  readonly description: string;
  readonly backend: string;
  /** The first vCPU's: `long mode`. */
  readonly mode?: string;
  readonly ring?: number;
  readonly vcpus?: number;
  /** Completed since power-on; absent where they are not counted. */
  readonly instructions?: number;
  /** VM exits since power-on. */
  readonly exits?: number;
}

/** Every custom event and its body. */
export interface Events {
  /** Rows that have changed since the last event, as totals. */
  'ringside/profile': { readonly profile: Profile };
  /** What COM1 sent, in base64. */
  'ringside/serialOutput': { readonly data: string };
  'ringside/status': Status;
}
