import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a browser is installed, or undefined. */
export const browserPath = CHROMIUM.find((path) => existsSync(path));

const OPTIONS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A browser with one page that remembers everything it complained of, besides refusals and lost connections. */
export async function openBrowser(): Promise<{ browser: Browser; page: Page; complaints: string[] }> {
  const browser = await chromium.launch({ executablePath: browserPath ?? '', args: OPTIONS });
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isExpected = /^Failed to load resource: (the server responded with a status of 400|net::ERR_INTERNET_DISCONNECTED)/.test(
      message.text(),
    );
    if (message.type() === 'error' && !isExpected) complaints.push(message.text());
  });
  return { browser, page, complaints };
}
