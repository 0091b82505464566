//! The names that cloud folders give to a file that was edited in two places at once.

/// How sure a name is of being a copy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// No person calls a file that.
    Certain,
    /// A person might: it depends on what the file holds.
    Possible,
}

/// Whether the file `name` may be a copy that a cloud folder made of the file `original`, which has the same ending.
///
/// Known are the names of Dropbox and Nextcloud (`study (Ana's conflicted copy 2026-01-31).postil`), ownCloud
/// (`study_conflict-20260131-120000.postil`), Syncthing (`study.sync-conflict-20260131-120000-ABCDEFG.postil`), OneDrive
/// (`study-DESKTOP-4711.postil`), Google Drive (`study (1).postil`) and iCloud (`study 2.postil`).
pub fn conflicted(name: &str, original: &str) -> Option<Likeness> {
    let (stem, ending) = original.rsplit_once('.')?;
    let added = name.strip_suffix(ending)?.strip_suffix('.')?.strip_prefix(stem)?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let in_brackets = added.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    if in_brackets.is_some_and(|words| words.to_lowercase().contains("conflict"))
        || added.starts_with(".sync-conflict-")
        || added.starts_with("_conflict-")
    {
        return Some(Likeness::Certain);
    }
    let machine = |text: &str| {
        text.len() >= 3
            && text.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '-')
            && text.contains(|one: char| one.is_ascii_uppercase())
    };
    let possible = in_brackets.is_some_and(number)
        || added.strip_prefix(' ').is_some_and(number)
        || added.strip_prefix('-').is_some_and(machine);
    possible.then_some(Likeness::Possible)
}

/// The cloud folder that `folder` (one part of a path) is the root of, by its usual name.
pub fn cloud_folder(folder: &str) -> Option<&'static str> {
    const ROOTS: [(&str, &str); 9] = [
        ("Dropbox", "Dropbox"),
        ("OneDrive", "OneDrive"),
        ("Google Drive", "Google Drive"),
        ("GoogleDrive", "Google Drive"),
        ("My Drive", "Google Drive"),
        ("iCloud", "iCloud"),
        ("com~apple~CloudDocs", "iCloud"),
        ("Nextcloud", "Nextcloud"),
        ("ownCloud", "ownCloud"),
    ];
    // `OneDrive - University of Delft`, `Dropbox (Personal)`, `GoogleDrive-ana@example.org`.
    let root = ROOTS.iter().find(|(root, _)| {
        folder
            .strip_prefix(root)
            .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
    });
    root.map(|(_, name)| *name).or_else(|| (folder == "iCloudDrive").then_some("iCloud"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_s_name_for_a_copy_is_known() {
        for (name, likeness) in [
            ("study (Ana's conflicted copy 2026-01-31).postil", Likeness::Certain),
            ("study (conflicted copy 2026-01-31 120000).postil", Likeness::Certain),
            ("study (DESKTOP's Conflict).postil", Likeness::Certain),
            ("study.sync-conflict-20260131-120000-ABCDEFG.postil", Likeness::Certain),
            ("study_conflict-20260131-120000.postil", Likeness::Certain),
            ("study-DESKTOP-4711.postil", Likeness::Possible),
            ("study (1).postil", Likeness::Possible),
            ("study 2.postil", Likeness::Possible),
        ] {
            assert_eq!(conflicted(name, "study.postil"), Some(likeness), "{name}");
        }
        for name in [
            "study.postil",
            "study-ben.postil",
            "study round 2.postil",
            "study-2026.postil",
            "other (conflicted copy).postil",
            "study (conflicted copy).csv",
            "study.postil.2026-01-31.backup",
            "study (second round).postil",
        ] {
            assert_eq!(conflicted(name, "study.postil"), None, "{name}");
        }
    }

    #[test]
    fn cloud_folders_are_known_by_their_names() {
        assert_eq!(cloud_folder("Dropbox (Personal)"), Some("Dropbox"));
        assert_eq!(cloud_folder("OneDrive - University of Delft"), Some("OneDrive"));
        assert_eq!(cloud_folder("GoogleDrive-ana@example.org"), Some("Google Drive"));
        assert_eq!(cloud_folder("iCloudDrive"), Some("iCloud"));
        assert_eq!(cloud_folder("Dropboxes"), None);
        assert_eq!(cloud_folder("interviews"), None);
    }
}
