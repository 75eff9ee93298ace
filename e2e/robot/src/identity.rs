//! Made-up people: well-formed ID numbers and phone numbers, the same for the same number.

use contract::{account::Register, id_number::IdNumber};

/// Somebody who can register: number `n` is always the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    n: u32,
}

impl Identity {
    /// How many different people there are.
    pub const COUNT: u32 = 10_000_000;

    /// Person number `n`, counted round.
    #[must_use]
    pub const fn new(n: u32) -> Self {
        Self { n: n % Self::COUNT }
    }

    /// Person number `offset` of those who were born at this moment: so that two runs against one server meet no old accounts.
    #[must_use]
    pub fn fresh(offset: u32) -> Self {
        let ms = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() % u128::from(Self::COUNT));
        let base = u32::try_from(ms).unwrap_or(0);
        Self::new(base.wrapping_add(offset))
    }

    /// Resident ID number of a region of Liaoning.
    #[must_use]
    pub fn id_number(&self) -> String {
        let (day_idx, order) = (self.n / 1000, self.n % 1000);
        let (year, rest) = (1960 + day_idx / (12 * 28), day_idx % (12 * 28));
        let (month, day) = (1 + rest / 28, 1 + rest % 28);
        let digits = format!("210102{year:04}{month:02}{day:02}{order:03}");
        "0123456789X"
            .chars()
            .map(|check| format!("{digits}{check}"))
            .find(|text| IdNumber::parse(text).is_ok())
            .unwrap_or(digits)
    }

    /// Mainland mobile number.
    #[must_use]
    pub fn phone(&self) -> String {
        format!("1390{:07}", self.n)
    }

    /// Password.
    #[must_use]
    pub fn password(&self) -> String {
        format!("robot-{:07}-study", self.n)
    }

    /// The registration form filled in.
    #[must_use]
    pub fn registration(&self, device: &str) -> Register {
        Register {
            name: "机器人".into(),
            id_number: self.id_number(),
            phone: self.phone(),
            password: self.password(),
            device: device.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_well_formed_and_distinct() {
        let people = (0..Identity::COUNT).step_by(99_991).map(Identity::new);
        let mut seen = HashSet::new();
        for person in people {
            assert!(IdNumber::parse(&person.id_number()).is_ok(), "{person:?}");
            assert_eq!(person.phone().len(), 11);
            assert!(seen.insert((person.id_number(), person.phone())));
        }
        assert!(seen.len() > 100);
    }
}
