/** How smoothly the page runs while something happens: gaps between frames, long tasks, typing. */
import type { Page } from 'playwright-core';

/** In milliseconds. */
export interface Smoothness {
  /** Between one frame and the next. */
  readonly frameMedian: number;
  readonly frame99: number;
  readonly frameLongest: number;
  /** Of the main thread's tasks over 50 ms; 0: there was none. */
  readonly longestTask: number;
}

interface Recorder {
  frames: number[];
  tasks: number[];
  keys: number[];
  stop: () => void;
}

type Recording = Window & { ringsideRecorder?: Recorder };

/** Watches the page while an action runs. */
export async function watchSmoothness(
  page: Page,
  action: () => Promise<void>,
): Promise<Smoothness> {
  await page.evaluate(record);
  await action();
  const { frames, tasks } = await page.evaluate(stopRecording);
  return {
    frameMedian: quantile(frames, 0.5),
    frame99: quantile(frames, 0.99),
    frameLongest: quantile(frames, 1),
    longestTask: quantile(tasks, 1),
  };
}

/** Types into what has the focus; the times from each key to the change it makes on the screen. */
export async function typingLatencies(page: Page, text: string): Promise<number[]> {
  await page.evaluate(record);
  for (const key of text) {
    const before = await page.evaluate(keysSeen);
    await page.keyboard.press(key);
    await page.waitForFunction(keysMoreThan, before, { polling: 'raf' });
  }
  return (await page.evaluate(stopRecording)).keys;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function record(): void {
  const recorder: Recorder = { frames: [], tasks: [], keys: [], stop: () => undefined };
  (window as Recording).ringsideRecorder = recorder;
  let last = performance.now();
  let going = true;
  const frame = (now: number) => {
    recorder.frames.push(now - last);
    last = now;
    if (going) {
      requestAnimationFrame(frame);
    }
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(frame);
  });
  const observer = new PerformanceObserver((list) => {
    recorder.tasks.push(...list.getEntries().map((entry) => entry.duration));
  });
  observer.observe({ entryTypes: ['longtask'] });
  // A key is seen when the text has changed and the frame with it has been drawn.
  let pressed = 0;
  const key = () => {
    pressed = performance.now();
  };
  addEventListener('keydown', key, true);
  const changes = new MutationObserver(() => {
    if (pressed > 0) {
      const since = pressed;
      pressed = 0;
      requestAnimationFrame(() => recorder.keys.push(performance.now() - since));
    }
  });
  for (const lines of document.querySelectorAll('.editor-instance .view-lines')) {
    changes.observe(lines, { childList: true, subtree: true, characterData: true });
  }
  recorder.stop = () => {
    going = false;
    observer.disconnect();
    changes.disconnect();
    removeEventListener('keydown', key, true);
  };
}

function keysSeen(): number {
  return (window as Recording).ringsideRecorder?.keys.length ?? 0;
}

function keysMoreThan(count: number): boolean {
  return ((window as Recording).ringsideRecorder?.keys.length ?? 0) > count;
}

function stopRecording(): { frames: number[]; tasks: number[]; keys: number[] } {
  const recorder = (window as Recording).ringsideRecorder;
  recorder?.stop();
  return {
    frames: recorder?.frames ?? [],
    tasks: recorder?.tasks ?? [],
    keys: recorder?.keys ?? [],
  };
}
