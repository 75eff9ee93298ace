// Getting in and out: registration and its mistakes, sign-in and its mistakes, sign-out.

import { strict as assert } from 'node:assert';
import { fillRegistration, register, signIn, api } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();

journey('a wrong check character is said beside the field, and nothing typed is lost', async ({ open }) => {
  const page = await open('/register');
  const person = newPerson();
  const last = person.idNumber.at(-1) === '0' ? '1' : '0';
  await fillRegistration(page, { ...person, idNumber: person.idNumber.slice(0, 17) + last });
  await page.getByRole('button', { name: '注册并登录' }).click();
  await page.getByText('最后一位校验不符').waitFor();
  assert.equal(await page.getByLabel('身份证号').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('姓名').inputValue(), person.name);
  assert.equal(await page.getByLabel('设置密码').inputValue(), person.password);
});

journey('one person has one account: the second registration is refused and leads to sign-in', async ({ open }) => {
  const person = newPerson();
  await register(await open(null), person);
  const page = await open('/register');
  await fillRegistration(page, { ...person, phone: newPerson().phone });
  await page.getByRole('button', { name: '注册并登录' }).click();
  await page.getByText('已经注册过').waitFor();
  await page.getByRole('link', { name: '去登录' }).click();
  await page.waitForURL('**/sign-in');
});

journey('sign-in works by phone and by ID number, and a wrong password says so', async ({ open }) => {
  const person = newPerson();
  await register(await open(null), person);
  for (const account of [person.phone, person.idNumber]) {
    const page = await open(null, { kind: 'laptop' });
    await signIn(page, person, { account, password: '不是这个密码' });
    await page.getByText('账号或密码不对').waitFor();
    assert.equal(await page.getByLabel('手机号或身份证号').inputValue(), account);
    await signIn(page, person, { account });
    await page.waitForURL('**/classes');
  }
});

journey('a page that needs a person leads to sign-in and back', async ({ open }) => {
  const person = newPerson();
  await register(await open(null), person);
  const page = await open('/record');
  await page.waitForURL('**/sign-in**');
  await page.getByLabel('手机号或身份证号').fill(person.phone);
  await page.getByLabel('密码', { exact: true }).fill(person.password);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
  await page.waitForURL('**/record');
});

journey('after signing out nothing of the person is left', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await page.goto('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL('**/sign-in**');
  assert.equal((await api(page, '/api/me')).status, 401);
  const cookies = await page.context().cookies();
  assert.ok(!cookies.some((cookie) => cookie.name.startsWith('__Host-') && cookie.value !== ''));
});

journey('the sign-in cookie is out of reach of scripts and other sites', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name === '__Host-zhenxue');
  assert.ok(cookie, 'there is no __Host-zhenxue cookie');
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, 'Strict', '/']);
  assert.equal(await page.evaluate(() => document.cookie.includes('zhenxue')), false);
});
