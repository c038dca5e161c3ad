namespace Headroom;

/// <summary>Why a change of settings was refused; the change was not made.</summary>
/// <param name="Field">The setting, in camelCase as in the API.</param>
/// <param name="Message">What is wrong, with the allowed range.</param>
public sealed record SettingsError(string Field, string Message);
