extension Store {
    /// The API keys of this store.
    public var keys: StoreKeys { StoreKeys(store: self) }

    /// Its settings' file.
    package var settings: StoreSettings { StoreSettings(store: self) }

    /// Its upkeep: compaction, verification, and what a long-lived host runs now and then.
    public var maintenance: StoreMaintenance { StoreMaintenance(store: self) }

    /// The names in it, for completing what is typed.
    package var names: StoreNames { StoreNames(store: self) }

    /// The other names of its collections.
    public var aliases: StoreAliases { StoreAliases(store: self) }

    /// The texts that a host keeps with its collections.
    public var notes: StoreNotes { StoreNotes(store: self) }
}
