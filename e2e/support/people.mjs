// Made-up people with well-formed ID numbers (GB 11643) and phones; no two the same in one run.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

let born = 0;

export function newPerson(name = '王小明') {
  born += 1;
  const day = String(1 + (born % 28)).padStart(2, '0');
  const order = String(born % 1000).padStart(3, '0');
  const digits = `210102199003${day}${order}`;
  return {
    name,
    idNumber: digits + check(digits),
    phone: `1770000${String(born).padStart(4, '0')}`,
    password: '学习要踏实-2026',
  };
}

export function check(digits) {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return CHECKS[sum % 11];
}
