namespace Headroom.Silo.Options;

/// <summary>The value of this setting is never printed.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
