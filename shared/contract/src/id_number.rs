//! Resident ID numbers by GB 11643-1999: six digits of region, eight of birth date, three of order, one check character.

use crate::error::FieldProblem;

/// A well-formed ID number, upper case. Deliberately without `Debug`: it must not reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber(String);

impl IdNumber {
    /// Checks form, birth date and check character. Unknown regions pass: codes are abolished and added.
    ///
    /// # Errors
    /// What is wrong, for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        let text = typed.trim().to_ascii_uppercase();
        if text.is_empty() {
            return Err(FieldProblem::Missing);
        }
        let bytes = text.as_bytes();
        let &[ref digits @ .., check] = bytes else {
            return Err(FieldProblem::Form);
        };
        if digits.len() != 17
            || !digits.iter().all(u8::is_ascii_digit)
            || !(check.is_ascii_digit() || check == b'X')
        {
            return Err(FieldProblem::Form);
        }
        let number = |range: std::ops::Range<usize>| {
            digits
                .get(range)
                .unwrap_or_default()
                .iter()
                .fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        };
        let (year, month, day) = (number(6..10), number(10..12), number(12..14));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if !(1900..=2100).contains(&year) || day == 0 || day > days {
            return Err(FieldProblem::BirthDate);
        }
        // ISO 7064 MOD 11-2: weights 2^(17-i) mod 11; the remainder picks the check character.
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        const CHECKS: &[u8; 11] = b"10X98765432";
        let sum: u32 = digits
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        let expected = CHECKS
            .iter()
            .zip(0_u32..)
            .find_map(|(c, remainder)| (remainder == sum % 11).then_some(*c));
        if expected != Some(check) {
            return Err(FieldProblem::CheckDigit);
        }
        Ok(Self(text))
    }

    /// The eighteen characters, for encryption and keyed hashing only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that may be shown: the region's first four and the last two characters.
    #[must_use]
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(4).collect();
        let tail: String = self.0.chars().skip(16).collect();
        format!("{head}************{tail}")
    }
}
