//! Policy as data. Every decision names the hash of the rules it was made under, so a number here is never a constant elsewhere.

use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Everything the credit rules may be told to do differently. Deliberately without `Default`: whoever credits says by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Name of this set of rules for people, e.g. `liaoning-2026-11`.
    pub version: String,
    /// One class hour: 45 minutes (clause A16).
    pub class_hour_ms: Millis,
    /// How often a playing page reports.
    pub beat_ms: Millis,
    /// Silence after which another device may take the lease without asking.
    pub lease_ttl_ms: Millis,
    /// Most study time that may wait for the network, and so the most that one lease's budget can hold.
    pub offline_buffer_ms: Millis,
    /// How long the film may play in view while another window has the keyboard, before it stops earning.
    pub unfocused_grace_ms: Millis,
    /// Highest playback rate that earns, in thousandths. Credit is by real time even so.
    pub rate_max_permille: u32,
    /// Slack for timer and decoder granularity when a span's media and clock lengths are compared.
    pub rate_slack_ms: Millis,
    /// Fewest frames per second of playing that count as really playing.
    pub frames_per_s_min: u32,
    /// Most credit in one calendar day.
    pub day_cap_ms: Millis,
    /// Offset of the learners' time zone east of UTC.
    pub day_offset_ms: Millis,
    /// How often a running session's chain head goes into the ledger.
    pub segment_ms: Millis,
    /// Most spans in one beat.
    pub spans_per_beat_max: u32,
    /// Whether and how unannounced face checks are drawn.
    pub face_checks: FaceChecks,
}

/// Policy of the unannounced face checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FaceChecks {
    /// None are drawn: credit is confirmed at once, and proofs say that no identity was checked.
    Off,
    /// Drawn at moments that nobody can foresee: credit is provisional until the next passed check.
    Random(RandomChecks),
}

/// How unannounced face checks are drawn and what a missed one costs (clause A37; the numbers are the policy defaults of the
/// journeys, chosen by us).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RandomChecks {
    /// Mean gap between two checks, in credited time: the gaps are exponential, so that the past says nothing about the next.
    pub mean_ms: Millis,
    /// Longest gap. Half a class hour makes at least two checks in each.
    pub gap_max_ms: Millis,
    /// How long the learner has to answer, by the server's clock.
    pub answer_ms: Millis,
    /// Further tries after an answer that is not clear enough, each with another head action.
    pub retries: u32,
    /// Whether the first study session of a day begins with a check.
    pub sign_in: bool,
    /// Fewest frames in an answer.
    pub frames_min: u32,
    /// Shortest time between two frames, by the browser's clock.
    pub frame_gap_ms: Millis,
    /// How many missed checks a person may make up in one class, in thousandths of all that were drawn for them there.
    pub make_up_permille: u32,
    /// How many misses may be made up whatever the share.
    pub make_up_min: u32,
    /// How long after a miss it may be made up; then what is pending is void.
    pub make_up_ms: Millis,
}

impl RandomChecks {
    /// The defaults. 20 % of misses may be made up (a province allows 9 of 48), within three days.
    pub const DEFAULT: Self = Self {
        mean_ms: Millis(900_000),
        gap_max_ms: Millis(1_350_000),
        answer_ms: Millis(60_000),
        retries: 2,
        sign_in: true,
        frames_min: 3,
        frame_gap_ms: Millis(300),
        make_up_permille: 200,
        make_up_min: 2,
        make_up_ms: Millis(3 * 86_400_000),
    };
}

impl FaceChecks {
    /// The policy of the checks, where there are any.
    #[must_use]
    pub const fn random(&self) -> Option<&RandomChecks> {
        match self {
            Self::Off => None,
            Self::Random(checks) => Some(checks),
        }
    }
}

impl Rules {
    /// The rules that new classes start under, until a department sets its own. Sources: 2 700 s is clause A16; beat, lease,
    /// buffer, rate and daily cap are the policy defaults of the journeys, chosen by us.
    #[must_use]
    pub fn liaoning_2026() -> Self {
        Self {
            version: "liaoning-2026-11".into(),
            class_hour_ms: Millis(2_700_000),
            beat_ms: Millis(10_000),
            lease_ttl_ms: Millis(30_000),
            offline_buffer_ms: Millis(60_000),
            unfocused_grace_ms: Millis(60_000),
            rate_max_permille: 1_500,
            rate_slack_ms: Millis(250),
            frames_per_s_min: 2,
            day_cap_ms: Millis(8 * 2_700_000),
            day_offset_ms: Millis(8 * 3_600_000),
            segment_ms: Millis(300_000),
            spans_per_beat_max: 64,
            face_checks: FaceChecks::Off,
        }
    }

    /// [`Self::liaoning_2026`] with face checks.
    #[must_use]
    pub fn liaoning_2026_with_face_checks() -> Self {
        Self {
            version: "liaoning-2026-11-face".into(),
            face_checks: FaceChecks::Random(RandomChecks::DEFAULT),
            ..Self::liaoning_2026()
        }
    }
}
