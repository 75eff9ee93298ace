//! An evaluation in words and figures that an institution can file.

use std::fmt::{self, Display, Formatter};

use crate::eval::interval::Rate;
use crate::eval::pairs::{FAR_TARGETS, pairs_needed};
use crate::eval::people::Gathered;
use crate::manifest::Manifest;

/// Thresholds shown beside the manifest's own.
const SHOWN: [f32; 8] = [0.36, 0.38, 0.40, 0.42, 0.44, 0.46, 0.50, 0.60];
const BAR_MAX: usize = 40;

/// A finished evaluation; print it.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was measured.
    pub gathered: &'a Gathered,
    /// With which models.
    pub manifest: &'a Manifest,
    /// SHA-256 of that manifest.
    pub manifest_sha256: &'a str,
}

impl Display for Report<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Gathered {
            distances,
            n_people,
            n_pictures,
            left_out,
        } = self.gathered;
        writeln!(out, "recogniser      {}", self.manifest.recogniser.name)?;
        writeln!(out, "manifest        {}", self.manifest_sha256)?;
        let people = if *n_people > 0 {
            format!(" of {n_people} people")
        } else {
            String::new()
        };
        writeln!(
            out,
            "pictures        {n_pictures} used{people}, {} left out",
            left_out.len()
        )?;
        let (same, different) = (distances.same.len(), distances.different.len());
        writeln!(
            out,
            "pairs           {same} of the same person, {different} of different people\n"
        )?;
        self.rates(out)?;
        self.histogram(out)?;
        self.proposals(out)?;
        for (path, reason) in left_out {
            writeln!(out, "left out        {}: {reason}", path.display())?;
        }
        writeln!(
            out,
            "\nEach pair compares one picture with one. A check compares the mean of several frames with the mean of several \
             shots and errs less often.\nIntervals are exact (Clopper-Pearson, 95 %) for independent pairs; pairs that share \
             a person or a picture are not independent, so the true uncertainty is larger.\nKnown weakness: {}",
            self.manifest.recogniser.known_weakness
        )
    }
}

impl Report<'_> {
    fn rates(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let thresholds = &self.manifest.recogniser.thresholds;
        let distances = &self.gathered.distances;
        writeln!(
            out,
            "threshold   different taken for same (FAR)      same not recognised (FRR)"
        )?;
        let mut shown = SHOWN.to_vec();
        shown.extend([thresholds.pass_max, thresholds.retry_max]);
        shown.sort_by(f32::total_cmp);
        shown.dedup();
        for at in shown {
            let role = match at {
                _ if at == thresholds.pass_max => "  ← passes up to here",
                _ if at == thresholds.retry_max => "  ← another try up to here",
                _ => "",
            };
            let (far, frr) = (
                rate(distances.false_accepts(at)),
                rate(distances.false_rejects(at)),
            );
            writeln!(out, "  {at:.2}      {far:<34}  {frr}{role}")?;
        }
        writeln!(out)
    }

    fn histogram(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let distances = &self.gathered.distances;
        writeln!(out, "distance    same / different")?;
        let tenth = |values: &[f32], low: f32| {
            values
                .iter()
                .filter(|&&v| v >= low && v < low + 0.05)
                .count()
        };
        let bins: Vec<(f32, usize, usize)> = (0..20_u8)
            .map(|bin| f32::from(bin) / 20.0)
            .map(|low| {
                (
                    low,
                    tenth(&distances.same, low),
                    tenth(&distances.different, low),
                )
            })
            .collect();
        let largest_same = bins.iter().map(|bin| bin.1).max().unwrap_or(0).max(1);
        let largest_different = bins.iter().map(|bin| bin.2).max().unwrap_or(0).max(1);
        for (low, same, different) in bins.iter().filter(|bin| bin.1 + bin.2 > 0) {
            let bar =
                |n: usize, largest: usize, mark: &str| mark.repeat((n * BAR_MAX).div_ceil(largest));
            writeln!(
                out,
                "  {low:.2}  {same:>7}  {}",
                bar(*same, largest_same, "█")
            )?;
            writeln!(
                out,
                "        {different:>7}  {}",
                bar(*different, largest_different, "░")
            )?;
        }
        let beyond = distances
            .same
            .iter()
            .chain(&distances.different)
            .filter(|&&v| v >= 1.0)
            .count();
        writeln!(out, "  1.00+ {beyond:>7}  both together\n")
    }

    fn proposals(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let distances = &self.gathered.distances;
        for target in FAR_TARGETS {
            let percent = 100.0 * target;
            match distances.proposed(target) {
                Some(at) => writeln!(
                    out,
                    "proposal        {at:.2} for at most {percent} % false accepts; then {} of the same person are not recognised",
                    rate(distances.false_rejects(at))
                )?,
                None => writeln!(
                    out,
                    "proposal        none for {percent} % false accepts: it takes {} pairs of different people without a single one, \
                     or no threshold keeps it",
                    pairs_needed(target)
                )?,
            }
        }
        Ok(())
    }
}

fn rate(rate: Rate) -> String {
    if rate.of == 0 {
        return "no pairs".into();
    }
    let Rate {
        count,
        of,
        low,
        high,
    } = rate;
    format!(
        "{:.2} % ({count}/{of}; {:.2}–{:.2} %)",
        100.0 * rate.share(),
        100.0 * low,
        100.0 * high
    )
}
