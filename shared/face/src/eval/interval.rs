//! How far a counted rate can be trusted.

use statrs::distribution::{Beta, ContinuousCDF as _};

/// A rate with its exact two-sided 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How often it happened.
    pub count: usize,
    /// Out of how many.
    pub of: usize,
    /// Lower end of the interval, 0 to 1.
    pub low: f64,
    /// Upper end of the interval, 0 to 1.
    pub high: f64,
}

const ALPHA: f64 = 0.05;

impl Rate {
    /// Clopper and Pearson's interval: never too narrow, and honest at zero events, where 0 of 33 still allows 10.6 %.
    #[must_use]
    pub fn of(count: usize, of: usize) -> Self {
        let beta = |a: usize, b: usize, at: f64| {
            Beta::new(a as f64, b as f64).map_or(f64::NAN, |beta| beta.inverse_cdf(at))
        };
        let low = if count == 0 {
            0.0
        } else {
            beta(count, of - count + 1, ALPHA / 2.0)
        };
        let high = if count == of {
            1.0
        } else {
            beta(count + 1, of - count, 1.0 - ALPHA / 2.0)
        };
        Self {
            count,
            of,
            low,
            high,
        }
    }

    /// The share itself, 0 to 1; not a number if nothing was counted.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.count as f64 / self.of as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_agree_with_published_ones() {
        // 0/33 and 5/33: R's binom.test(…)$conf.int; 10/100 is the textbook case (0.0490, 0.1762).
        for (count, of, low, high) in [
            (0, 33, 0.0, 0.1058),
            (5, 33, 0.0511, 0.3190),
            (10, 100, 0.0490, 0.1762),
            (33, 33, 0.8942, 1.0),
        ] {
            let rate = Rate::of(count, of);
            assert!(
                (rate.low - low).abs() < 2e-4 && (rate.high - high).abs() < 2e-4,
                "{rate:?}"
            );
        }
    }

    #[test]
    fn nothing_counted_says_nothing() {
        let rate = Rate::of(0, 0);
        assert!(rate.low == 0.0 && rate.high == 1.0 && rate.share().is_nan());
    }
}
