#!/usr/bin/env node
/**
 * Takes a picture of an HTML report in a headless Chromium, without any network.
 *
 *   node scripts/screenshot-report.mjs REPORT.html OUT.png [--width 1280] [--height N] [--dark]
 *
 * The browser is CHROMIUM_PATH, or the first of chromium, chromium-browser, google-chrome on the PATH. Without --height the whole page is taken.
 */
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findExecutable } from './lib/find-executable.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { width: { type: 'string', default: '1280' }, height: { type: 'string' }, dark: { type: 'boolean', default: false } },
});
const [report, picture] = positionals;
if (report === undefined || picture === undefined)
  fail('Usage: node scripts/screenshot-report.mjs REPORT.html OUT.png [--width 1280] [--height N] [--dark]');

const executablePath =
  process.env.CHROMIUM_PATH ??
  ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findExecutable(name)).find((path) => path !== undefined);
if (executablePath === undefined) fail('No Chromium found: install one, or name it in CHROMIUM_PATH.');

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
try {
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height ?? 900) },
    deviceScaleFactor: 2,
    colorScheme: values.dark ? 'dark' : 'light',
    offline: true,
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.screenshot({ path: resolve(picture), fullPage: values.height === undefined });
} finally {
  await browser.close();
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
