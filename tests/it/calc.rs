//! LibreOffice Calc, run without a window: one more program that opens our files and saves them.

use std::process::Command;

use super::project::{Project, skipped};

/// The languages that tables go through: decimal point, decimal comma, and digits that are not ASCII.
pub(crate) const LANGUAGES: [(&str, &str); 3] = [("en", "en-US"), ("de", "de-DE"), ("fa", "fa-IR")];

/// Writing CSV: comma, double quote, UTF-8, and cells as they are shown.
pub(crate) const WRITING: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true";

/// The same, every sheet into a file of its own.
pub(crate) const WRITING_ALL: &str =
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

/// How Calc reads CSV: comma, double quote, UTF-8, from row 1; then the columns' types, the language (0: its own, 1033:
/// en-US), and whether quoted cells are text and special numbers are looked for.
pub(crate) fn reading(columns: &str, language: u32, detect: bool) -> String {
    format!("CSV:44,34,76,1,{columns},{language},false,{detect}")
}

/// Whether `soffice` can be run; says so when it cannot.
pub(crate) fn is_installed() -> bool {
    let found = Command::new("soffice").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        skipped("LibreOffice is not installed");
    }
    found
}

/// Calc in one language, with settings of its own.
pub(crate) struct Calc<'a> {
    project: &'a Project,
    profile: String,
}

impl<'a> Calc<'a> {
    /// Calc as it is after its installation.
    pub(crate) fn new(project: &'a Project) -> Calc<'a> {
        Calc { project, profile: "profile".to_owned() }
    }

    /// Calc in a language and with the number formats of a country.
    pub(crate) fn in_language(project: &'a Project, (language, locale): (&str, &str)) -> Calc<'a> {
        let item = |name: &str, value: &str| {
            format!(
                "<item oor:path=\"/org.openoffice.Setup/L10N\"><prop oor:name=\"{name}\" oor:op=\"fuse\"><value>{value}</value>\
                 </prop></item>"
            )
        };
        let settings = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">{}{}</oor:items>",
            item("ooSetupSystemLocale", locale),
            item("ooLocale", language)
        );
        let profile = format!("profile-{language}");
        project.write(&format!("{profile}/user/registrymodifications.xcu"), settings);
        Calc { project, profile }
    }

    /// Converts `file` into the folder `into`.
    #[track_caller]
    pub(crate) fn convert(&self, file: &str, to: &str, reading: Option<&str>, into: &str) {
        let mut command = Command::new("soffice");
        command
            .current_dir(self.project.folder())
            .arg(format!("-env:UserInstallation=file://{}", self.project.path(&self.profile).display()))
            .args(["--headless", "--norestore"]);
        if let Some(reading) = reading {
            command.arg(format!("--infilter={reading}"));
        }
        let output = command.args(["--convert-to", to, "--outdir", into, file]).output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("convert"), "{said}");
    }

    /// Opens a workbook and saves it as another kind, in the folder `into`. Returns where.
    #[track_caller]
    pub(crate) fn save_as(&self, file: &str, kind: &str, into: &str) -> String {
        self.convert(file, kind, None, into);
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap();
        format!("{into}/{stem}.{kind}")
    }

    /// `FILE.csv` through a file of Calc's own and back into CSV, in the folder `into`. Returns where.
    #[track_caller]
    pub(crate) fn csv_through(&self, file: &str, kind: &str, reading: &str, into: &str) -> String {
        self.convert(file, kind, Some(reading), into);
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap();
        self.convert(&format!("{into}/{stem}.{kind}"), WRITING, None, into);
        format!("{into}/{stem}.csv")
    }
}
