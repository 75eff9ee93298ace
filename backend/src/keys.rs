//! The master key of this installation and what is derived from it: sealing of personal data and the hashes it is found by.
//!
//! The key is a file, `keys/master` in the data directory, readable by its owner only; the database without it says nobody's
//! name. Each person's data is sealed under a key of that person's own, which is sealed under the master key: destroying one row's
//! key forgets one person.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use contract::Digest;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{fs, io, io::Write, path::Path};
use study::{PersonId, SessionId};
use uuid::Uuid;

/// AES-256-GCM-SIV takes 96-bit nonces; a random one per message is safe even if one repeats.
const NONCE_LEN: usize = 12;

/// The keys of this installation. Deliberately without `Debug`.
#[derive(Clone)]
pub struct Keys {
    wrapping: [u8; 32],
    searching: [u8; 32],
    drawing: [u8; 32],
    inviting: [u8; 32],
    fingerprint: String,
}

/// What a search hash is over, so that a phone number can never be found as an ID number.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A resident ID number.
    IdNumber,
    /// A phone number.
    Phone,
    /// Whatever was typed at sign-in, for the rate limit only.
    Account,
    /// What a learner shows to the teacher who confirms their identity: class, `:` and six digits.
    SupervisedCode,
}

/// Sealed bytes that do not open under this key: another key, or somebody changed them.
#[derive(Debug, thiserror::Error)]
#[error("sealed data does not open under this key")]
pub struct NotOpened;

impl Keys {
    /// Reads the master key from `data`, or makes one where `data` has none yet.
    ///
    /// # Errors
    /// Where the file cannot be read, written, or holds no key.
    pub fn load(data: &Path) -> io::Result<Self> {
        let folder = data.join("keys");
        let path = folder.join("master");
        let master = match fs::read_to_string(&path) {
            Ok(text) => {
                let mut key = [0; 32];
                hex::decode_to_slice(text.trim(), &mut key).map_err(|_| {
                    io::Error::other(format!(
                        "{} holds no key: 64 hexadecimal digits expected",
                        path.display()
                    ))
                })?;
                key
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = random::<32>()?;
                write_private(&folder, "master", &format!("{}\n", hex::encode(key)))?;
                key
            }
            Err(error) => return Err(error),
        };
        Ok(Self::from_master(&master))
    }

    /// The keys that follow from a master key.
    #[must_use]
    pub fn from_master(master: &[u8; 32]) -> Self {
        Self {
            wrapping: mac(master, &[b"zhenxue wrapping v1"]),
            searching: mac(master, &[b"zhenxue searching v1"]),
            drawing: mac(master, &[b"zhenxue drawing v1"]),
            inviting: mac(master, &[b"zhenxue inviting v1"]),
            fingerprint: hex::encode(mac(master, &[b"zhenxue fingerprint v1"])),
        }
    }

    /// Tells master keys apart without giving them away; the database keeps it, so that a wrong key is noticed at the start.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The hash that `text` is found by.
    #[must_use]
    pub fn search_hash(&self, kind: Kind, text: &str) -> [u8; 32] {
        let domain: &[u8] = match kind {
            Kind::IdNumber => b"id number\0",
            Kind::Phone => b"phone\0",
            Kind::Account => b"account\0",
            Kind::SupervisedCode => b"supervised code\0",
        };
        mac(&self.searching, &[domain, text.as_bytes()])
    }

    /// What the ledger's records call `person`: only whoever has the master key can tell who that is.
    #[must_use]
    pub fn pseudonym(&self, person: PersonId) -> Digest {
        Digest(mac(&self.searching, &[b"person\0", person.0.as_bytes()]))
    }

    /// The seed that the face checks of `session` are drawn from. It is stored nowhere; who has the master key can make it again.
    #[must_use]
    pub fn check_seed(&self, session: SessionId) -> Digest {
        Digest(mac(&self.drawing, &[b"checks\0", session.0.as_bytes()]))
    }

    /// The secret of an invitation, 128 bits. Stored nowhere, so that whoever reads the database cannot use it; `salt` is random and new with
    /// each renewal.
    #[must_use]
    pub fn invitation_token(&self, invitation: Uuid, salt: &[u8]) -> String {
        let mac = mac(
            &self.inviting,
            &[b"invitation\0", invitation.as_bytes(), salt],
        );
        hex::encode(&mac[..16])
    }

    /// A new key for the face data of `person`, and the sealed form to store. Destroying that form destroys the data.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn new_face(&self, person: Uuid) -> io::Result<(FaceKey, Vec<u8>)> {
        let key = random::<32>()?;
        let sealed = seal(&self.wrapping, person, "face key", &key)?;
        Ok((FaceKey { person, key }, sealed))
    }

    /// The key of the face data of `person` from its sealed form.
    ///
    /// # Errors
    /// [`NotOpened`]
    pub fn face(&self, person: Uuid, sealed: &[u8]) -> Result<FaceKey, NotOpened> {
        let key = open(&self.wrapping, person, "face key", sealed)?;
        let key = key.try_into().map_err(|_| NotOpened)?;
        Ok(FaceKey { person, key })
    }

    /// A new key for what is kept about `class`, and the sealed form to store. Destroying that form destroys it.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn new_class(&self, class: Uuid) -> io::Result<(ClassKey, Vec<u8>)> {
        let key = random::<32>()?;
        let sealed = seal(&self.wrapping, class, "class key", &key)?;
        Ok((ClassKey { key }, sealed))
    }

    /// The key of what is kept about `class` from its sealed form.
    ///
    /// # Errors
    /// [`NotOpened`]
    pub fn class(&self, class: Uuid, sealed: &[u8]) -> Result<ClassKey, NotOpened> {
        let key = open(&self.wrapping, class, "class key", sealed)?;
        let key = key.try_into().map_err(|_| NotOpened)?;
        Ok(ClassKey { key })
    }

    /// Opens the archive of a claim that was sealed before classes had keys of their own.
    ///
    /// # Errors
    /// [`NotOpened`], also where the bytes belong to another claim.
    pub fn open_pack(&self, claim: Uuid, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        open(&self.wrapping, claim, "claim pack", sealed)
    }

    /// A new key for `person`, and the sealed form to store.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn new_person(&self, person: Uuid) -> io::Result<(PersonKey, Vec<u8>)> {
        let key = random::<32>()?;
        let sealed = seal(&self.wrapping, person, "key", &key)?;
        Ok((PersonKey { person, key }, sealed))
    }

    /// The key of `person` from its sealed form.
    ///
    /// # Errors
    /// [`NotOpened`]
    pub fn person(&self, person: Uuid, sealed: &[u8]) -> Result<PersonKey, NotOpened> {
        let key = open(&self.wrapping, person, "key", sealed)?;
        let key = key.try_into().map_err(|_| NotOpened)?;
        Ok(PersonKey { person, key })
    }
}

/// The key of a class: of the packs of its claims, and together with a person's key of what was said about that person in it.
#[derive(Clone)]
pub struct ClassKey {
    key: [u8; 32],
}

impl ClassKey {
    /// Seals the archive of a claim, which names everybody in it in full.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn seal_pack(&self, claim: Uuid, bytes: &[u8]) -> io::Result<Vec<u8>> {
        seal(&self.key, claim, "claim pack", bytes)
    }

    /// Opens the archive of a claim.
    ///
    /// # Errors
    /// [`NotOpened`], also where the bytes belong to another claim.
    pub fn open_pack(&self, claim: Uuid, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        open(&self.key, claim, "claim pack", sealed)
    }

    /// The key that follows from this one and that of a person: gone as soon as either is.
    #[must_use]
    pub fn with(&self, person: &PersonKey) -> PersonKey {
        PersonKey {
            person: person.person,
            key: mac(&self.key, &[b"zhenxue words v1\0", &person.key]),
        }
    }
}

/// One person's own key.
#[derive(Clone)]
pub struct PersonKey {
    person: Uuid,
    key: [u8; 32],
}

impl PersonKey {
    /// Seals one field of this person.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn seal(&self, field: &str, text: &str) -> io::Result<Vec<u8>> {
        seal(&self.key, self.person, field, text.as_bytes())
    }

    /// Opens one field of this person.
    ///
    /// # Errors
    /// [`NotOpened`], also where the bytes belong to another field or person.
    pub fn open(&self, field: &str, sealed: &[u8]) -> Result<String, NotOpened> {
        let bytes = open(&self.key, self.person, field, sealed)?;
        String::from_utf8(bytes).map_err(|_| NotOpened)
    }
}

/// The key of one person's face data: frames, embeddings, template.
pub struct FaceKey {
    person: Uuid,
    key: [u8; 32],
}

impl FaceKey {
    /// Seals one piece; `field` names what it is and of which row, so that none can be put in another's place.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn seal(&self, field: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        seal(&self.key, self.person, field, bytes)
    }

    /// Opens one piece.
    ///
    /// # Errors
    /// [`NotOpened`], also where the bytes belong to another field or person.
    pub fn open(&self, field: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        open(&self.key, self.person, field, sealed)
    }
}

/// `N` bytes that nobody can guess.
///
/// # Errors
/// Where the machine gives no randomness.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// Writes a file that only its owner can read, durably and never half.
///
/// # Errors
/// Where the disk refuses, or the file is there already.
pub fn write_private(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A hard link refuses where somebody was faster; a rename would take their key away.
    let linked = fs::hard_link(&draft, folder.join(name));
    fs::remove_file(&draft)?;
    linked?;
    fs::File::open(folder)?.sync_all()
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn associated(person: Uuid, field: &str) -> Vec<u8> {
    [person.as_bytes(), field.as_bytes()].concat()
}

fn seal(key: &[u8; 32], person: Uuid, field: &str, clear: &[u8]) -> io::Result<Vec<u8>> {
    let nonce = random::<NONCE_LEN>()?;
    let sealed = Aes256GcmSiv::new(key.into())
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: clear,
                aad: &associated(person, field),
            },
        )
        .map_err(|_| io::Error::other("sealing failed"))?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(key: &[u8; 32], person: Uuid, field: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(NotOpened)?;
    Aes256GcmSiv::new(key.into())
        .decrypt(
            &Nonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: &associated(person, field),
            },
        )
        .map_err(|_| NotOpened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_data_opens_for_its_person_and_field_only() {
        let keys = Keys::from_master(&[7; 32]);
        let person = Uuid::from_u128(1);
        let (key, wrapped) = keys.new_person(person).unwrap();
        let sealed = key.seal("name", "张三丰").unwrap();
        assert!(!sealed.windows(3).any(|w| w == "张".as_bytes()));
        let again = keys.person(person, &wrapped).unwrap();
        assert_eq!(again.open("name", &sealed).unwrap(), "张三丰");
        assert!(again.open("phone", &sealed).is_err());
        assert!(keys.person(Uuid::from_u128(2), &wrapped).is_err());
        assert!(
            Keys::from_master(&[8; 32])
                .person(person, &wrapped)
                .is_err()
        );
        for idx in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[idx] ^= 1;
            assert!(again.open("name", &bent).is_err(), "byte {idx}");
        }
    }

    #[test]
    fn face_data_has_a_key_of_its_own() {
        let keys = Keys::from_master(&[7; 32]);
        let person = Uuid::from_u128(1);
        let (face, wrapped) = keys.new_face(person).unwrap();
        let sealed = face.seal("frame 1", &[1, 2, 3]).unwrap();
        let again = keys.face(person, &wrapped).unwrap();
        assert_eq!(again.open("frame 1", &sealed).unwrap(), [1, 2, 3]);
        assert!(again.open("frame 2", &sealed).is_err());
        assert!(keys.person(person, &wrapped).is_err());
        assert!(keys.face(Uuid::from_u128(2), &wrapped).is_err());
    }

    #[test]
    fn what_was_said_in_a_class_takes_both_keys() {
        let keys = Keys::from_master(&[7; 32]);
        let (class, person) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (of_class, wrapped) = keys.new_class(class).unwrap();
        let (of_person, _) = keys.new_person(person).unwrap();
        let sealed = of_class.with(&of_person).seal("words", "说明").unwrap();
        let again = keys.class(class, &wrapped).unwrap();
        assert_eq!(
            again.with(&of_person).open("words", &sealed).unwrap(),
            "说明"
        );
        assert!(of_person.open("words", &sealed).is_err());
        let (another, _) = keys.new_class(class).unwrap();
        assert!(another.with(&of_person).open("words", &sealed).is_err());
        let (somebody, _) = keys.new_person(person).unwrap();
        assert!(of_class.with(&somebody).open("words", &sealed).is_err());
        assert!(keys.class(person, &wrapped).is_err());
        let pack = of_class.seal_pack(class, &[1, 2]).unwrap();
        assert_eq!(again.open_pack(class, &pack).unwrap(), [1, 2]);
        assert!(again.open_pack(person, &pack).is_err());
        assert!(keys.open_pack(class, &pack).is_err());
    }

    #[test]
    fn every_session_has_a_seed_of_its_own_under_every_key() {
        let keys = Keys::from_master(&[7; 32]);
        let [one, two] = [1, 2].map(|n| SessionId(Uuid::from_u128(n)));
        assert_eq!(keys.check_seed(one), keys.check_seed(one));
        assert_ne!(keys.check_seed(one), keys.check_seed(two));
        assert_ne!(
            keys.check_seed(one),
            Keys::from_master(&[8; 32]).check_seed(one)
        );
    }

    #[test]
    fn a_phone_is_not_found_as_an_id_number() {
        let keys = Keys::from_master(&[7; 32]);
        assert_ne!(
            keys.search_hash(Kind::Phone, "13800000000"),
            keys.search_hash(Kind::IdNumber, "13800000000")
        );
    }

    #[test]
    fn the_master_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::load(folder.path()).unwrap();
        let second = Keys::load(folder.path()).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("keys/master"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(write_private(&folder.path().join("keys"), "master", "x").is_err());
    }
}
