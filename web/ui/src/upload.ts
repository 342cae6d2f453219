// Adding an own lullaby: a file, its progress, and what was wrong with it.
import { parseProblem, Problem, reportSignedOut } from './api';
import { attr, h, show, text } from './dom';
import { icon } from './icons';
import { words } from './language';
import type { Lullaby } from './state';

const LARGEST = 100 * 1024 * 1024;

/** uploadField lets choose a file and sends it. */
export function uploadField(onDone: (track: Lullaby) => void): HTMLElement {
  const progress = h('progress', { test: 'upload-progress', attrs: { max: 100, value: 0, hidden: true } });
  const status = h('p', { class: 'hint', attrs: { 'aria-live': 'polite' } }, words.uploadHelp);
  const error = h('p', { class: 'error', test: 'upload-error', attrs: { role: 'alert', hidden: true } });
  const file = h('input', {
    class: 'unseen',
    test: 'upload-file',
    attrs: { type: 'file', accept: '.mp3,.ogg,.flac,.wav,audio/*', 'aria-label': words.upload, tabindex: -1 },
  });
  const button = h(
    'button',
    { class: 'wide', test: 'upload', attrs: { type: 'button' }, on: { click: () => file.click() } },
    icon('plus'),
    words.upload,
  );
  const end = (problem: string | null) => {
    button.disabled = false;
    show(progress, false);
    text(status, words.uploadHelp);
    text(error, problem ?? '');
    show(error, problem !== null);
    file.value = '';
  };
  file.addEventListener('change', () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    if (chosen.size > LARGEST) return end(words.uploadTooLarge);
    end(null);
    button.disabled = true;
    show(progress, true);
    send(chosen, (percent) => {
      attr(progress, 'value', percent);
      text(status, percent < 100 ? words.uploading(percent) : words.uploadChecking);
    }).then(
      (track) => {
        end(null);
        onDone(track);
      },
      (e: Error) => end(e.message),
    );
  });
  return h('div', { class: 'upload' }, button, file, progress, status, error);
}

function send(file: File, onProgress: (percent: number) => void): Promise<Lullaby> {
  return sendFile<Lullaby>('/api/lullabies', file, onProgress).catch((e: unknown) => {
    throw e instanceof Problem ? new Error(complaint(e)) : e;
  });
}

/** sendFile posts a file and tells how much is sent; it throws a Problem. */
export function sendFile<T>(path: string, file: File, onProgress: (percent: number) => void, more: Record<string, string> = {}): Promise<T> {
  // XMLHttpRequest, since fetch does not tell how much was sent.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(more)) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(Math.floor((100 * e.loaded) / e.total));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(JSON.parse(request.responseText) as T);
      if (request.status === 401) reportSignedOut();
      reject(parseProblem(request.status, request.responseText, request.getResponseHeader('Retry-After')));
    };
    // A monitor that refuses a file early closes the connection while it is sent.
    request.onerror = request.ontimeout = () => reject(new Problem(0, words.uploadLost));
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}

function complaint(p: Problem): string {
  if (p.status === 413) return words.uploadTooLarge;
  if (p.status !== 415 && p.status !== 422) return p.detail;
  return words.language === 'en' && p.detail !== words.failed ? p.detail : words.uploadNotSound;
}
