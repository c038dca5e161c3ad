namespace Headroom.Silo.Options;

/// <summary>Settings that are right by themselves and do not fit the machine.</summary>
internal sealed class SettingsRefusedException(IReadOnlyList<SettingFault> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>What is wrong, at least one.</summary>
    public IReadOnlyList<SettingFault> Faults { get; } = faults;
}
