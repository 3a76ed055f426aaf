import type { Page } from 'playwright-core';
import { USER } from '../web/page-scene.ts';

/** Goes to the page and logs in as a person does. */
export async function logIn(page: Page, port: number): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByLabel('Name').fill(USER.user);
  await page.getByLabel('Password').fill(USER.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'What happens now' }).waitFor();
}
