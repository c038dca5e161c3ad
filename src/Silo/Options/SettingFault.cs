namespace Headroom.Silo.Options;

/// <summary>One thing that is wrong with the settings, as one line for the person who starts the silo.</summary>
internal sealed record SettingFault(string Key, string Message)
{
    /// <summary>The setting exists, and its value is not one of those it may have.</summary>
    public static SettingFault NotAllowed(string key, string? value, string allowed) => new(
        key,
        value is null
            ? $"Setting {key} is missing. Allowed: {allowed}."
            : $"Setting {key} = '{value}' is wrong. Allowed: {allowed}.");

    /// <summary>There is no such setting; <paramref name="known"/> are the ones beside it.</summary>
    public static SettingFault Unknown(string key, string? value, IEnumerable<string> known) =>
        new(key, $"Setting {key} = '{value}' is unknown. Allowed there: {string.Join(", ", known)}.");

    /// <summary>The line to print. Control characters are escaped, so that a value cannot break it in two.</summary>
    public override string ToString() =>
        string.Concat(Message.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
