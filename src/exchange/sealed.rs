//! Encrypted streams: the age format (`age-encryption.org/v1`), to a passphrase or to public keys.
//!
//! What is written here is opened by any other program for age, and the other way round. Both directions keep one block
//! of 64 KiB in memory, whatever the length of the stream.

use std::io::{self, BufRead, Read, Write};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use memchr::memmem;

use crate::error::{Error, ErrorKind, Result};

/// What a sealed stream begins with.
pub const MAGIC: &[u8] = b"age-encryption.org/";
/// What it begins with when it was made for mail: text of base 64, which is not read here.
pub const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// How much of a stream [`check_header`] wants to see, in bytes: more recipients than fit into it nobody has.
pub const HEADER: usize = 64 << 10;
/// What a passphrase costs, as a power of two of scrypt's N: 256 MiB and about a second. The same for everybody, so that a
/// busy machine does not write a weaker file; and the most that is done for a file that somebody else made.
const WORK: u8 = 18;

/// A passphrase: never shown, and overwritten when it is dropped.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes over what was typed.
    ///
    /// # Errors
    /// Refused when it is empty.
    pub fn new(typed: String) -> Result<Passphrase> {
        let secret = SecretString::from(typed);
        if age::secrecy::ExposeSecret::expose_secret(&secret).is_empty() {
            return Err(Error::refused("the passphrase is empty").hint("type at least one character"));
        }
        Ok(Passphrase(secret))
    }

    /// Whether both are the same.
    pub fn is(&self, other: &Passphrase) -> bool {
        use age::secrecy::ExposeSecret;
        self.0.expose_secret() == other.0.expose_secret()
    }
}

/// Who may open what is sealed.
pub enum Lock {
    /// Whoever knows it.
    Passphrase(Passphrase),
    /// Whoever has the secret key to one of these public keys; at least one.
    Recipients(Vec<Recipient>),
}

/// A public key: `age1…`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// Refused when it is none.
    pub fn parse(text: &str) -> Result<Recipient> {
        text.parse().map(Recipient).map_err(|_: &str| {
            // Whoever mistakes the one for the other must not find the secret key in a log.
            if text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("AGE-SECRET-KEY-")) {
                return Error::refused("that is a secret key; a backup is encrypted to the public one")
                    .hint("`age-keygen -y KEYFILE` prints it: age1…");
            }
            Error::refused(format!("`{text}` is no public key of age"))
                .hint("such a key begins with `age1`; `age-keygen` makes one")
        })
    }

    /// Reads a list: one a line, empty lines and lines that begin with `#` apart.
    ///
    /// # Errors
    /// Refused when a line is none, or there are none.
    pub fn parse_list(text: &str) -> Result<Vec<Recipient>> {
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim()));
        let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let all = keys
            .map(|(number, line)| Recipient::parse(line).map_err(|error| error.at(format!("line {number}"))))
            .collect::<Result<Vec<_>>>()?;
        if all.is_empty() {
            return Err(Error::refused("there is no public key in it").hint("write one a line: age1…"));
        }
        Ok(all)
    }
}

/// Secret keys: `AGE-SECRET-KEY-1…`, as `age-keygen` writes them.
pub struct Identities(Vec<Box<dyn age::Identity + Send + Sync>>);

impl Identities {
    /// Reads a file of secret keys, one a line, empty lines and lines that begin with `#` apart.
    ///
    /// # Errors
    /// Refused when there is no key in it, or something else; never quotes a line.
    pub fn parse(file: impl BufRead) -> Result<Identities> {
        let none = || {
            Error::refused("there is no secret key of age in it")
                .hint("`age-keygen -o KEYFILE` makes such a file; one that is encrypted itself is opened by `age -d` first")
        };
        let keys = age::IdentityFile::from_buffer(file).map_err(|cause| match cause.kind() {
            io::ErrorKind::InvalidData => none(),
            _ => Error::io("the secret keys can't be read", cause),
        })?;
        let keys = keys.into_identities().map_err(|_| none())?;
        if keys.is_empty() { Err(none()) } else { Ok(Identities(keys)) }
    }

    /// All keys of several files.
    pub fn of(files: impl IntoIterator<Item = Identities>) -> Identities {
        Identities(files.into_iter().flat_map(|file| file.0).collect())
    }
}

/// A stream that is sealed as it is written. Without [`Sealer::finish`] it cannot be opened.
pub struct Sealer<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Sealer<W> {
    /// Begins to seal what goes into `output`.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn new(lock: &Lock, output: W) -> Result<Sealer<W>> {
        let encryptor = match lock {
            Lock::Passphrase(Passphrase(secret)) => {
                let mut recipient = scrypt::Recipient::new(secret.clone());
                recipient.set_work_factor(WORK);
                Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
            Lock::Recipients(keys) => {
                Encryptor::with_recipients(keys.iter().map(|key| &key.0 as &dyn age::Recipient))
            }
        };
        let encryptor =
            encryptor.map_err(|cause| Error::internal("a stream can't be sealed").caused_by(cause))?;
        Ok(Sealer(encryptor.wrap_output(output).map_err(cannot_write)?))
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> Result<W> {
        self.0.finish().map_err(cannot_write)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn cannot_write(cause: io::Error) -> Error {
    Error::io("the encrypted copy can't be written", cause)
}

/// Refuses a stream whose header does not end within its first [`HEADER`] bytes, which are `start`: a header without an end
/// would be gathered in memory.
///
/// # Errors
/// Corrupt.
pub fn check_header(start: &[u8]) -> Result<()> {
    match memmem::find(start, b"\n--- ") {
        Some(_) => Ok(()),
        None if start.len() < HEADER => Err(cut_short()),
        None => Err(Error::new(ErrorKind::Corrupt, "its header has no end")),
    }
}

fn cut_short() -> Error {
    Error::new(ErrorKind::Corrupt, "it was cut short or altered")
        .hint("get the file again from where it was kept, or restore another backup")
}

/// A sealed stream whose header was read.
pub struct Sealed<R>(Decryptor<R>);

impl<R: BufRead> Sealed<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Corrupt when it is none; those of `input`.
    pub fn new(input: R) -> Result<Sealed<R>> {
        Decryptor::new_buffered(input).map(Sealed).map_err(explained)
    }

    /// Whether a passphrase opens it; else a secret key does.
    pub fn wants_passphrase(&self) -> bool {
        self.0.is_scrypt()
    }

    /// Opens it with a passphrase.
    ///
    /// # Errors
    /// Refused when it is the wrong one, and when the stream asks for more work than a backup of ours does.
    pub fn open(self, passphrase: &Passphrase) -> Result<impl Read + use<R>> {
        let mut identity = scrypt::Identity::new(passphrase.0.clone());
        identity.set_max_work_factor(WORK);
        self.0.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|cause| match cause {
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys => Error::refused("the passphrase is not the one it was encrypted with")
                .hint("capital letters, spaces and the keyboard's language count; nothing but the passphrase opens it"),
            other => explained(other),
        })
    }

    /// Opens it with whichever of the secret keys fits.
    ///
    /// # Errors
    /// Refused when none does.
    pub fn open_with(self, identities: &Identities) -> Result<impl Read + use<R>> {
        let keys = identities.0.iter().map(|key| key.as_ref() as &dyn age::Identity);
        self.0.decrypt(keys).map_err(|cause| match cause {
            DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => {
                Error::refused("none of the secret keys opens it")
                    .hint("name the file with the key to one of the recipients: `--identity KEYFILE`")
            }
            other => explained(other),
        })
    }
}

fn explained(cause: DecryptError) -> Error {
    match cause {
        DecryptError::ExcessiveWork { required, .. } => Error::refused(format!(
            "its passphrase costs 2^{required}, and postil writes and takes 2^{WORK}: it is no backup of postil's"
        ))
        .hint("if you trust it: `age -d FILE > study.backup`, then `postil restore study.backup`"),
        DecryptError::UnknownFormat => {
            Error::new(ErrorKind::Corrupt, "it was encrypted by a newer format of age than this postil knows")
        }
        DecryptError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => {
            Error::io("it can't be read", cause)
        }
        _ => cut_short(),
    }
}

/// The failure to read on in an opened stream, said in our words.
pub fn cannot_read(cause: io::Error) -> Error {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => cut_short(),
        _ => Error::io("it can't be read", cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    fn sealed(lock: &Lock, bytes: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(lock, Vec::new()).unwrap();
        sealer.write_all(bytes).unwrap();
        sealer.finish().unwrap()
    }

    #[test]
    fn only_the_right_key_opens_what_was_sealed_and_no_cut_or_flip_goes_unnoticed() {
        let (key, other) = (x25519::Identity::generate(), x25519::Identity::generate());
        let lock = Lock::Recipients(vec![Recipient::parse(&key.to_public().to_string()).unwrap()]);
        let plain: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).take(150_000).collect();
        let closed = sealed(&lock, &plain);
        let identities = |key: &x25519::Identity| {
            use age::secrecy::ExposeSecret;
            Identities::parse(format!("# mine\n{}\n", key.to_string().expose_secret()).as_bytes()).unwrap()
        };
        let opened = |bytes: &[u8], key: &x25519::Identity| -> Result<Vec<u8>> {
            check_header(&bytes[..bytes.len().min(HEADER)])?;
            let mut plain = Vec::new();
            Sealed::new(bytes)?.open_with(&identities(key))?.read_to_end(&mut plain).map_err(cannot_read)?;
            Ok(plain)
        };
        assert!(opened(&closed, &key).unwrap() == plain);
        assert_eq!(opened(&closed, &other).unwrap_err().message(), "none of the secret keys opens it");
        for cut in (0..closed.len()).step_by(997).chain([closed.len() - 1]) {
            assert!(opened(&closed[..cut], &key).is_err(), "cut at {cut}");
        }
        for place in (0..closed.len()).step_by(1009) {
            let mut altered = closed.clone();
            altered[place] ^= 1;
            assert!(opened(&altered, &key).is_err(), "flipped at {place}");
        }
    }

    #[test]
    fn a_passphrase_opens_and_another_does_not() {
        let closed = sealed(&Lock::Passphrase(word("correct horse")), b"words");
        let open = |passphrase: &str| {
            let sealed = Sealed::new(&closed[..])?;
            assert!(sealed.wants_passphrase());
            let mut plain = String::new();
            sealed.open(&word(passphrase))?.read_to_string(&mut plain).map_err(cannot_read)?;
            Ok::<_, Error>(plain)
        };
        assert_eq!(open("correct horse").unwrap(), "words");
        assert_eq!(open("Correct horse").unwrap_err().kind(), ErrorKind::Refused);
    }

    #[test]
    fn a_stranger_s_file_cannot_ask_for_minutes_of_work() {
        let closed = sealed(&Lock::Passphrase(word("x")), b"words");
        let text = String::from_utf8_lossy(&closed).replacen(" 18\n", " 24\n", 1);
        let error =
            Sealed::new(text.as_bytes()).and_then(|sealed| sealed.open(&word("x")).map(drop)).unwrap_err();
        assert!(error.message().contains("2^24"), "{error:?}");
    }

    #[test]
    fn a_header_without_an_end_is_refused_before_it_is_read() {
        let mut endless = b"age-encryption.org/v1\n".to_vec();
        endless.extend(std::iter::repeat_n(b'a', HEADER));
        assert_eq!(check_header(&endless).unwrap_err().message(), "its header has no end");
    }

    #[test]
    fn a_secret_key_given_as_a_public_one_is_not_repeated() {
        use age::secrecy::ExposeSecret;
        let secret = x25519::Identity::generate().to_string().expose_secret().to_owned();
        let error = Recipient::parse(&secret).map(drop).unwrap_err();
        assert!(!format!("{error:?}").contains(&secret[16..]), "{error:?}");
    }
}
