//! The coefficients that can be asked for.

/// A coefficient, by what people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coefficient {
    /// Percent agreement.
    Percent,
    /// Cohen's kappa; of more than two coders the mean over pairs (Light 1971).
    Kappa,
    /// Scott's pi; of more than two coders the mean over pairs.
    Pi,
    /// Fleiss' kappa.
    Fleiss,
    /// Brennan and Prediger.
    BrennanPrediger,
    /// Gwet's AC1.
    Ac1,
    /// Krippendorff's alpha.
    Alpha,
    /// Krippendorff's alpha over sets of codes.
    AlphaSet,
    /// The unitizing alphas of 2016.
    UAlpha,
    /// Gamma of Mathet, Widlöcher and Métivier.
    Gamma,
    /// Krippendorff's alpha_U of 1995.
    AlphaU1995,
    /// Span F1.
    F1,
    /// Boundary similarity of Fournier.
    Boundary,
}

impl Coefficient {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Coefficient; 13] = [
        Coefficient::Percent,
        Coefficient::Kappa,
        Coefficient::Pi,
        Coefficient::Fleiss,
        Coefficient::BrennanPrediger,
        Coefficient::Ac1,
        Coefficient::Alpha,
        Coefficient::AlphaSet,
        Coefficient::UAlpha,
        Coefficient::AlphaU1995,
        Coefficient::F1,
        Coefficient::Boundary,
        Coefficient::Gamma,
    ];

    /// The word that is typed, and the key in JSON and CSV (with `_` for `-`).
    pub fn word(self) -> &'static str {
        match self {
            Coefficient::Percent => "percent",
            Coefficient::Kappa => "kappa",
            Coefficient::Pi => "pi",
            Coefficient::Fleiss => "fleiss",
            Coefficient::BrennanPrediger => "bp",
            Coefficient::Ac1 => "ac1",
            Coefficient::Alpha => "alpha",
            Coefficient::AlphaSet => "alpha-set",
            Coefficient::UAlpha => "u-alpha",
            Coefficient::Gamma => "gamma",
            Coefficient::AlphaU1995 => "alpha-U",
            Coefficient::F1 => "f1",
            Coefficient::Boundary => "boundary",
        }
    }

    /// The key in JSON and CSV.
    pub fn key(self) -> String {
        self.word().to_ascii_lowercase().replace('-', "_")
    }

    /// The head of its column.
    pub fn title(self) -> &'static str {
        match self {
            Coefficient::Percent => "Agree",
            Coefficient::Kappa => "kappa",
            Coefficient::Pi => "pi",
            Coefficient::Fleiss => "Fleiss",
            Coefficient::BrennanPrediger => "BP",
            Coefficient::Ac1 => "AC1",
            Coefficient::Alpha => "alpha",
            Coefficient::AlphaSet => "alpha (sets)",
            Coefficient::UAlpha => "u-alpha",
            Coefficient::Gamma => "gamma",
            Coefficient::AlphaU1995 => "alpha_U",
            Coefficient::F1 => "F1",
            Coefficient::Boundary => "B",
        }
    }

    /// The coefficient with this word; large and small letters are equal but for `alpha-U`, which `alpha-u` names too.
    pub fn from_word(word: &str) -> Option<Coefficient> {
        Coefficient::ALL.into_iter().find(|coefficient| coefficient.word().eq_ignore_ascii_case(word))
    }

    /// Whether it asks of each character (or unit) what it was given, and so can count sentences too. The others look at passages,
    /// which a sentence is not.
    pub fn counts_units(self) -> bool {
        use Coefficient::{Ac1, Alpha, AlphaSet, BrennanPrediger, Fleiss, Kappa, Percent, Pi};
        matches!(self, Percent | Kappa | Pi | Fleiss | BrennanPrediger | Ac1 | Alpha | AlphaSet)
    }

    /// Whether it has a value for one code alone.
    pub fn by_code(self) -> bool {
        !matches!(self, Coefficient::AlphaSet | Coefficient::Gamma | Coefficient::Boundary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coefficient_is_known_by_its_word_and_keys_differ() {
        let mut keys: Vec<String> = Coefficient::ALL.into_iter().map(Coefficient::key).collect();
        for coefficient in Coefficient::ALL {
            assert_eq!(Coefficient::from_word(coefficient.word()), Some(coefficient));
        }
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), Coefficient::ALL.len());
        assert_eq!(Coefficient::from_word("cohen"), None);
    }
}
