/** What the memory view's page and the extension tell each other. */

export type Space = 'virtual' | 'physical';
export type GroupSize = 1 | 2 | 4 | 8;

/** A byte as it is shown: its value, plus 256 if it has changed since the last stop; or UNREADABLE. */
export type Cell = number;
export const UNREADABLE = -1;
export const CHANGED = 256;

/** To the page. */
export type ToPage =
  | {
      readonly type: 'state';
      readonly subject: string;
      /** Whether the subject is evaluated again at each stop; undefined if it is a plain address. */
      readonly follow: boolean | undefined;
      readonly group: GroupSize;
      /** Stands above the bytes; empty if there is nothing to say. */
      readonly message: string;
      readonly problem: string;
      /** Bytes can be read and edited: the guest stands at a stop. */
      readonly live: boolean;
    }
  /** Shows another address. */
  | { readonly type: 'go'; readonly space: Space; readonly address: string }
  /** `fresh`: of another stop than those before. */
  | {
      readonly type: 'bytes';
      readonly space: Space;
      readonly start: string;
      readonly cells: readonly Cell[];
      readonly fresh: boolean;
    }
  | { readonly type: 'do'; readonly what: 'focus' | 'copyHex' | 'copyText' | 'walk' };

/** From the page. */
export type FromPage =
  | { readonly type: 'ready' }
  /** The bytes that are on the screen now. */
  | {
      readonly type: 'range';
      readonly space: Space;
      readonly start: string;
      readonly count: number;
    }
  | { readonly type: 'subject'; readonly text: string }
  | { readonly type: 'follow'; readonly on: boolean }
  | { readonly type: 'group'; readonly size: GroupSize }
  | {
      readonly type: 'write';
      readonly space: Space;
      readonly address: string;
      readonly bytes: readonly number[];
    }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'walk'; readonly address: string };
