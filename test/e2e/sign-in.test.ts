import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { browserPath, openBrowser } from '../local/xero-sandbox/page/browser.ts';
import { freeLocalPorts } from '../support/local-ports.ts';
import { forget, newPlace, startLocal, type LocalPlace, type LocalProcess } from '../support/local-process.ts';
import { DEMO, integrationOf, TWO } from '../support/local-systems.ts';

const LONG = 300_000;
jest.setTimeout(60_000);

if (browserPath === undefined) process.stderr.write('Skipped: signing in is not tested in a browser, because no Chromium is installed.\n');

/** In the order of a person's day: later tests stand on the earlier ones. */
(browserPath === undefined ? describe.skip : describe)('in a real browser', () => {
  let place: LocalPlace;
  let stack: LocalProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    place = newPlace(await freeLocalPorts());
    [stack, { browser }] = [await startLocal(place), await openBrowser()];
  }, LONG);
  afterAll(async () => {
    await browser.close();
    await stack.close();
    forget(place);
  }, LONG);
  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
  });
  afterEach(() => context.close());

  const atHome = (): Promise<void> => page.waitForURL(`${stack.gesUrl}/`);
  const person = (): Promise<string> => page.locator('#person a').innerText();
  const pressXero = async (path: '/login' | '/signup'): Promise<string> => {
    await page.goto(`${stack.gesUrl}${path}`);
    await page.click('.xero-button');
    const scopes = new URL(page.url()).searchParams.get('scope') ?? '';
    await page.click('button:text("Allow access")');
    return scopes;
  };

  it('H1: the first login with Xero asks for the proof, although the e-mail address is the same, and for no accounting scope', async () => {
    expect(await pressXero('/login')).toBe('openid profile email');
    await page.waitForURL('**/login/prove');
    await page.fill('input[name=password]', 'boiler-service');
    await page.click('button:text("Link my user")');
    await atHome();
    expect(await person()).toBe('Dana Whitfield');
    expect(await page.locator('#account option').allInnerTexts()).toEqual(['Aire Gas & Heating']);
  });

  it('H1: on a second device Xero is enough', async () => {
    await pressXero('/login');
    await atHome();
    expect(await person()).toBe('Dana Whitfield');
  });

  it('H1: cancelled at Xero: told in words, nobody is signed in', async () => {
    await page.goto(`${stack.gesUrl}/login`);
    await page.click('.xero-button');
    await page.click('button:text("Cancel")');
    await page.waitForSelector('text=You pressed Cancel in Xero, so nobody was signed in.');
  });

  it('H1: unlinked, the proof is asked for again; this time by the mailed link', async () => {
    await pressXero('/login');
    await atHome();
    await page.goto(`${stack.gesUrl}/people`);
    await page.click('button:text("Unlink")');
    await page.waitForSelector('text=Unlinked.');
    await pressXero('/login');
    await page.click('button:text("Mail me a link instead")');
    await page.waitForSelector('text=a link is on its way');
    await page.goto(`${stack.gesUrl}/mails`);
    await page.click('a:text("Open the link")');
    await page.click('button:text("Continue")');
    await atHome();
    expect(await person()).toBe('Dana Whitfield');
  });

  it('A5: a stranger opens a connect link: the page names the business, and the stranger’s own settings page connects nothing', async () => {
    const [sender, stranger] = [await integrationOf(stack, DEMO), await integrationOf(stack, TWO)];
    const { authorizeUrl } = await sender.call<{ authorizeUrl: string }>('/v1/xero/connect', { method: 'POST' });
    await page.goto(stack.gesUrl);
    await page.selectOption('#account', TWO);
    await page.goto(authorizeUrl);
    expect(await page.innerText('.business')).toContain('Aire Gas & Heating');
    await page.click('text=Continue to Xero');
    await page.click('button:text("Allow access")');
    await page.waitForSelector('text=was begun by another Gas Engineer Software account, so nothing was connected');
    expect(page.url()).not.toContain('code=');
    for (const account of [sender, stranger]) {
      expect(await account.call('/v1/xero/connection')).toMatchObject({ status: 'not-connected', organisation: null });
    }

    await page.click('button:text("Connect to Xero")');
    await page.click('text=Continue to Xero');
    await page.click('button:text("Allow access")');
    await page.waitForSelector('button:text("Save")');
    await page.click('button:text("Save")');
    await page.waitForSelector('.badge:text("Active")');
    expect(await stranger.call('/v1/xero/connection')).toMatchObject({ status: 'active' });
  });
});
