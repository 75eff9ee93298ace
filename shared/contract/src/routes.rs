//! Paths that both sides use. `{…}` are parameters in the form that axum and OpenAPI share.

/// `POST` [`crate::account::Register`]: creates the account and signs in.
pub const PEOPLE: &str = "/api/people";
/// `POST` [`crate::account::SignIn`]; `GET` where I am signed in.
pub const SIGN_INS: &str = "/api/sign-ins";
/// `DELETE`: sign out here.
pub const SIGN_IN_CURRENT: &str = "/api/sign-ins/current";
/// `DELETE`: sign out another device.
pub const SIGN_IN: &str = "/api/sign-ins/{sign_in}";
/// `GET` [`crate::account::Me`].
pub const ME: &str = "/api/me";
/// `GET` the classes that anybody may join.
pub const OPEN_CLASSES: &str = "/api/open-classes";
/// `GET` my classes with progress; `POST` [`crate::class::JoinClass`].
pub const MY_CLASSES: &str = "/api/my/classes";
/// `GET` one of my classes.
pub const MY_CLASS: &str = "/api/my/classes/{class}";
/// `GET` the proofs issued to me for a class; `POST` issues one for what is confirmed so far.
pub const MY_CLASS_PROOFS: &str = "/api/my/classes/{class}/proofs";
/// `GET` one credential of mine as JSON.
pub const MY_PROOF: &str = "/api/my/proofs/{proof}";
/// `GET` what opens the masked name of a proof of mine ([`crate::credential::Opening`]).
pub const MY_PROOF_OPENING: &str = "/api/my/proofs/{proof}/opening";
/// `GET` the study sheet of a proof of mine: a signed PDF that carries the credential.
pub const MY_PROOF_SHEET: &str = "/api/my/proofs/{proof}/sheet";
/// `GET` the QR code of a proof of mine as PNG; it holds a signed slip ([`crate::slip`]).
pub const MY_PROOF_CODE: &str = "/api/my/proofs/{proof}/code";
/// `GET` my study record, newest day first (`?from=&to=` days).
pub const MY_DAYS: &str = "/api/my/days";
/// `POST` [`crate::beat::StartStudy`].
pub const STUDY_SESSIONS: &str = "/api/study-sessions";
/// `POST` [`crate::beat::Beat`].
pub const BEATS: &str = "/api/study-sessions/{session}/beats";
/// `POST`: the learner leaves; nothing more will come.
pub const STUDY_SESSION_END: &str = "/api/study-sessions/{session}/end";
/// `GET` how my identity is checked ([`crate::face::MyFace`]); `POST` [`crate::face::ChooseWay`].
pub const MY_FACE: &str = "/api/my/face";
/// `POST` [`crate::face::Enrol`]: the shots my template is made of.
pub const MY_ENROLMENTS: &str = "/api/my/face/enrolments";
/// `POST`: draws a check that makes up for missed ones and confirms what waits ([`crate::face::Challenge`]).
pub const MY_CLASS_CHECKS: &str = "/api/my/classes/{class}/face-checks";
/// `POST`: a code for the teacher who confirms my identity ([`crate::face::SupervisedCode`]).
pub const MY_CLASS_SUPERVISED: &str = "/api/my/classes/{class}/supervised-code";
/// `GET` one face check of mine ([`crate::face::CheckStatus`]).
pub const FACE_CHECK: &str = "/api/face-checks/{check}";
/// `POST` [`crate::face::CheckAnswer`].
pub const FACE_CHECK_ANSWER: &str = "/api/face-checks/{check}/answer";
/// `GET` the enrolments that wait for a member of staff ([`crate::face::EnrolmentToConfirm`]).
pub const STAFF_ENROLMENTS: &str = "/api/staff/enrolments";
/// `POST` [`crate::face::DecideEnrolment`].
pub const STAFF_ENROLMENT: &str = "/api/staff/enrolments/{enrolment}/decision";
/// `GET` the face checks that wait for a member of staff ([`crate::face::CheckToReview`]).
pub const STAFF_FACE_CHECKS: &str = "/api/staff/face-checks";
/// `POST` [`crate::face::DecideCheck`].
pub const STAFF_FACE_CHECK: &str = "/api/staff/face-checks/{check}/decision";
/// `GET` one frame as JPEG, for whoever decides; each look is logged.
pub const STAFF_FRAME: &str = "/api/staff/face-frames/{frame}";
/// `POST` [`crate::face::ConfirmSupervised`]: a teacher confirms somebody's identity by the code they read out.
pub const STAFF_SUPERVISED: &str = "/api/staff/supervised";
/// `GET` the classes of my institution ([`crate::board::StaffClass`]).
pub const STAFF_CLASSES: &str = "/api/staff/classes";
/// `GET` the board of a class ([`crate::board::Board`]).
pub const STAFF_BOARD: &str = "/api/staff/classes/{class}/board";
/// `GET` what changes on it, as server-sent events that carry a [`crate::board::BoardChange`] each.
pub const STAFF_BOARD_EVENTS: &str = "/api/staff/classes/{class}/board/events";
/// `POST` [`crate::board::ExportBoard`]: what is on the screen as a file.
pub const STAFF_BOARD_EXPORTS: &str = "/api/staff/classes/{class}/board/exports";
/// `GET` what each day brought to a class ([`crate::board::ClassDays`]).
pub const STAFF_CLASS_DAYS: &str = "/api/staff/classes/{class}/days";
/// `GET` the study record of a learner in a class of my institution, newest day first (`?from=&to=` days); each look is logged.
pub const STAFF_LEARNER_DAYS: &str = "/api/staff/classes/{class}/learners/{person}/days";
/// `GET` what a class can be opened with ([`crate::roster::ClassChoices`]).
pub const CLASS_CHOICES: &str = "/api/admin/class-choices";
/// `GET` the classes of my institution ([`crate::roster::InstitutionClass`]); `POST` [`crate::roster::AddClass`].
pub const INSTITUTION_CLASSES: &str = "/api/admin/classes";
/// `GET` who is in a class and who is invited ([`crate::roster::Roster`]); `POST` [`crate::roster::ImportRoster`].
pub const ROSTER: &str = "/api/admin/classes/{class}/roster";
/// `POST` [`crate::roster::PreviewRoster`].
pub const ROSTER_PREVIEW: &str = "/api/admin/classes/{class}/roster/preview";
/// `GET` the proofs of a class of my institution ([`crate::issuing::ClassProofs`]); `POST` begins to issue all of them.
pub const CLASS_PROOFS: &str = "/api/admin/classes/{class}/proofs";
/// `GET` one of them as JSON; the look is logged.
pub const CLASS_PROOF: &str = "/api/admin/classes/{class}/proofs/{proof}";
/// `GET` its study sheet; the look is logged.
pub const CLASS_PROOF_SHEET: &str = "/api/admin/classes/{class}/proofs/{proof}/sheet";
/// `POST` [`crate::issuing::RevokeProof`].
pub const CLASS_PROOF_REVOCATION: &str = "/api/admin/classes/{class}/proofs/{proof}/revocation";
/// `GET` an empty roster as XLSX.
pub const ROSTER_TEMPLATE: &str = "/api/admin/roster-template";
/// `GET` the links of all open invitations of a class ([`crate::roster::InvitationLink`]).
pub const CLASS_INVITATIONS: &str = "/api/admin/classes/{class}/invitations";
/// `POST`: a new secret and new time for an invitation; the old link is worth nothing any more.
pub const INVITATION_RENEWAL: &str = "/api/admin/invitations/{invitation}/renewal";
/// `POST`: takes an invitation back.
pub const INVITATION_REVOCATION: &str = "/api/admin/invitations/{invitation}/revocation";
/// `POST` [`crate::roster::ShowInvitation`]: what a link is about. The secret is in the body, so that no address holds it.
pub const INVITATION: &str = "/api/invitation";
/// `POST` [`crate::roster::RegisterInvited`].
pub const INVITATION_REGISTRATION: &str = "/api/invitation/registration";
/// `POST` [`crate::roster::ShowInvitation`]: accepts it as whoever is signed in.
pub const INVITATION_ACCEPTANCE: &str = "/api/invitation/acceptance";
/// `GET` where a class stands before a claim ([`crate::claim::ClaimMatrix`]).
pub const CLAIM_MATRIX: &str = "/api/admin/classes/{class}/claim-matrix";
/// `POST` [`crate::claim::EnterFact`].
pub const CLAIM_ENTRIES: &str = "/api/admin/classes/{class}/claim-entries";
/// `POST` [`crate::claim::Exclude`].
pub const CLAIM_EXCLUSIONS: &str = "/api/admin/classes/{class}/claim-exclusions";
/// `GET` how sealing a claim stands ([`crate::sealing::ClassSealing`]); `POST` [`crate::claim::SealClaim`] begins one.
pub const CLASS_CLAIMS: &str = "/api/admin/classes/{class}/claims";
/// `GET` the pack of a claim of my institution, as ZIP; each is logged.
pub const CLAIM_PACK: &str = "/api/admin/claims/{claim}/pack";
/// `POST` [`crate::claim::WithdrawClaim`].
pub const CLAIM_WITHDRAWAL: &str = "/api/admin/claims/{claim}/withdrawal";
/// `GET` the claims that I may review ([`crate::claim::ClaimSummary`]).
pub const REVIEW_CLAIMS: &str = "/api/review/claims";
/// `GET` one claim row by row ([`crate::claim::ClaimReview`]).
pub const REVIEW_CLAIM: &str = "/api/review/claims/{claim}";
/// `GET` its pack, as ZIP; each is logged.
pub const REVIEW_PACK: &str = "/api/review/claims/{claim}/pack";
/// `GET` one row with all that is known ([`crate::claim::ReviewedLearner`]), each look is logged; `POST` [`crate::claim::ReviewTheRow`].
pub const REVIEW_ROW: &str = "/api/review/claims/{claim}/learners/{person}";
/// `GET` which pictures of a learner its reviewers may see ([`crate::photos::ReviewPhotos`]).
pub const REVIEW_PHOTOS: &str = "/api/review/claims/{claim}/learners/{person}/photos";
/// `GET` one of them as JPEG; each look is logged.
pub const REVIEW_PHOTO: &str = "/api/review/claims/{claim}/photos/{frame}";
/// `POST` [`crate::claim::DecideClaim`].
pub const REVIEW_DECISION: &str = "/api/review/claims/{claim}/decision";
/// `POST` [`crate::acting::FileAppeal`]: an appeal against an uncredited stretch or a check of mine.
pub const MY_APPEALS: &str = "/api/my/appeals";
/// `GET` the appeals that wait for an answer ([`crate::acting::AppealToAnswer`]); each look is logged.
pub const STAFF_APPEALS: &str = "/api/staff/appeals";
/// `POST` [`crate::acting::AnswerAppeal`].
pub const STAFF_APPEAL_ANSWER: &str = "/api/staff/appeals/{appeal}/answer";
/// `POST`: calls the roll, a face check for everybody who studies in the class ([`crate::acting::RollCallMark`]).
pub const STAFF_ROLL_CALLS: &str = "/api/staff/classes/{class}/roll-calls";
/// `GET` where a learner stands in each unit ([`crate::acting::UnitPointer`]); `POST` [`crate::acting::MovePointer`]. Each look is logged.
pub const STAFF_POINTERS: &str = "/api/staff/classes/{class}/learners/{person}/pointers";
/// `GET` how many people's face data is kept ([`crate::face::FaceCount`]).
pub const FACE_COUNT: &str = "/api/face-count";
/// `GET`: manifest and models of the face checks, by name; public, cached by their hash.
pub const FACE_MODEL: &str = "/face/{file}";
/// `GET`: the OpenAPI document.
pub const OPENAPI: &str = "/api/openapi.json";
/// `GET`: whether this server can take a beat right now (it writes).
pub const READY: &str = "/api/ready";
/// `GET`: films and captions by content hash; signed in only.
pub const FILM: &str = "/films/{file}";
/// `GET`: the newest signed checkpoint (C2SP tlog-checkpoint).
pub const LEDGER_CHECKPOINT: &str = "/ledger/checkpoint";
/// `GET`: which proofs were revoked, as a signed list ([`crate::status::StatusListCredential`]); public, and no sign-in is asked for.
pub const STATUS_LIST: &str = "/status/{list}";
/// `GET`: tiles (C2SP tlog-tiles).
pub const LEDGER_TILE: &str = "/ledger/tile/{*tile}";
/// `GET`: the verifier keys: the ledger's vkey (C2SP signed-note) and the issuer's `did:key`, as JSON.
pub const LEDGER_KEY: &str = "/ledger/key";
