using Microsoft.Extensions.Options;

namespace Headroom.Silo.Options;

/// <summary>
/// Checks one section again whenever it is read from changed configuration, so that a running silo does not take a
/// wrong value that it would have refused at start.
/// </summary>
internal sealed class SettingsValidator<T>(string section) : IValidateOptions<T>
    where T : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<SettingFault>();
        SettingsCheck.Check(options, $"{SettingsReader.Root}:{section}", faults);
        return faults.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(f => f.ToString()));
    }
}
